/**
 * Code with holes: what an instruction's code is like, but for its registers and immediates.
 * @module
 */
import { WasmCode } from "./wasm_code.ts";

/** Bytes below {@linkcode HOLE}, and what comes in their place from there on. */
export type CodeTemplate = Uint16Array;

/** Pushes a register; */
export const RS1 = 0x100,
  RS2 = 0x101,
  RS3 = 0x102,
  RD = 0x103;
/** a number of the instruction, */
export const IMM = 0x104,
  IMM2 = 0x105,
  LOOP_NUMBER = 0x106,
  SIZE = 0x107,
  PC = 0x108;
/** its immediate, or 0, less what an address has to be more than its place. */
export const IMM_IN_MEMORY = 0x109,
  ZERO_IN_MEMORY = 0x10a;
/** Takes the value of a register, or of a hardware loop's count, from the stack. */
export const SET_RD = 0x10b,
  SET_RS1 = 0x10c,
  SET_LOOP_COUNT = 0x10d;

/** Collects a template. */
export class TemplateWriter {
  /** The code, without its holes. */
  readonly code: WasmCode = new WasmCode();
  readonly #holes: { readonly at: number; readonly hole: number }[] = [];

  /** Leaves a hole. */
  hole(hole: number): void {
    this.#holes.push({ at: this.code.length, hole });
  }

  /** The template. */
  finish(): CodeTemplate {
    const { bytes } = this.code;
    const template = new Uint16Array(bytes.length + this.#holes.length);
    let from = 0;
    this.#holes.forEach(({ at, hole }, index) => {
      template.set(bytes.subarray(from, at), from + index);
      template[at + index] = hole;
      from = at;
    });
    template.set(bytes.subarray(from), from + this.#holes.length);
    return template;
  }
}
