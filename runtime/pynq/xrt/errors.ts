/**
 * Errors as XRT and PYNQ report them, each with a hint of ours.
 * @module
 */
import { SimulationError } from "../../../sim/mod.ts";

/** Names of the error numbers that the driver uses. */
export const Errno = {
  EPERM: 1,
  EIO: 5,
  ENOMEM: 12,
  EBUSY: 16,
  EINVAL: 22,
  EOPNOTSUPP: 95,
} as const;

/** Name of a Python exception. */
export type PythonException =
  | "RuntimeError"
  | "AttributeError"
  | "TypeError"
  | "ValueError"
  | "MemoryError"
  | "FileNotFoundError"
  | "struct.error";

/** What PYNQ raises: the Python exception and its text, then our hint. */
export class PynqError extends SimulationError {
  /** The class's name, for stack traces and tests. */
  override name = "PynqError";
  /** The Python exception. */
  readonly exception: PythonException;
  /** Its text, as PYNQ has it. */
  readonly text: string;
  /** The error number behind it, if there is one. */
  readonly errno: number | null;

  /** Made with the exception, its text and our hint. */
  constructor(exception: PythonException, text: string, hint: string, errno: number | null = null) {
    super(`${exception}: ${text}\n  ${hint}`);
    this.exception = exception;
    this.text = text;
    this.errno = errno;
  }
}
