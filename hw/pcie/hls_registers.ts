/**
 * The register map that high-level synthesis gives a kernel: control, interrupts, then its arguments.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";
import type { RegisterTable } from "../bus/register_table.ts";

/** How a unit is started and says that it is done. */
export type HandshakeKind = "ap_ctrl_hs" | "ap_ctrl_chain";

/** One argument of a kernel. */
export interface KernelArgument {
  /** Name in the source. */
  readonly name: string;
  /** C type: `int const *`, `unsigned int`, `float`. */
  readonly type: string;
  /** The memory port through which a pointer goes; absent for scalars. */
  readonly port?: string;
  /** The shape of what a pointer points to, if the kernel takes only one; for checks. */
  readonly shape?: readonly number[];
}

/** What a kernel looks like from outside. */
export interface KernelSpec {
  /** Name in the source. */
  readonly name: string;
  /** Arguments that the host sets, in order. */
  readonly arguments: readonly KernelArgument[];
  /** Streams to and from other kernels. */
  readonly streams?: readonly { readonly name: string; readonly direction: "in" | "out" }[];
  /** Default: `ap_ctrl_hs`. */
  readonly handshake?: HandshakeKind;
}

/** An argument with its place in the register map. */
export interface PlacedArgument extends KernelArgument {
  /** Offset of its low word. */
  readonly offset: number;
  /** 4 or 8. */
  readonly sizeBytes: number;
  /** Whether it is an address. */
  readonly pointer: boolean;
}

/** Bits of the control register (Vivado HLS, UG902). */
export const Control = { start: 1, done: 2, idle: 4, ready: 8, continue: 16, autoRestart: 128 } as const;

/** Offset of the first argument. */
export const ARGUMENTS_OFFSET = 0x10;

const WORDS_OF: Readonly<Record<string, number>> = {
  "char": 1,
  "signed char": 1,
  "unsigned char": 1,
  "short": 1,
  "unsigned short": 1,
  "ushort": 1,
  "int": 1,
  "unsigned": 1,
  "unsigned int": 1,
  "uint": 1,
  "long": 2,
  "long int": 2,
  "unsigned long": 2,
  "long long int": 2,
  "unsigned long long int": 2,
  "float": 1,
  "double": 2,
};

/** A C type without `const` and with single spaces. */
export function plainType(type: string): string {
  return type.replace(/\bconst\b/g, " ").replace(/\s+/g, " ").replace(/ ?\*$/, "*").trim();
}

/**
 * Where the arguments lie: a word or two each, and a reserved word after each. Throws a SimulationError for a type that
 * fits no register.
 */
export function placeArguments(spec: KernelSpec): PlacedArgument[] {
  let offset = ARGUMENTS_OFFSET;
  return spec.arguments.map((argument) => {
    const type = plainType(argument.type);
    const pointer = type.endsWith("*");
    const words = pointer ? 2 : WORDS_OF[type];
    if (words === undefined) {
      throw new SimulationError(
        `Cannot place argument ${argument.name} of kernel ${spec.name}: its type is "${argument.type}"; there are ` +
          `pointers and ${Object.keys(WORDS_OF).join(", ")}`,
      );
    }
    const placed = { ...argument, offset, sizeBytes: 4 * words, pointer };
    offset += 4 * words + 4;
    return placed;
  });
}

/** Bytes from the control register to the end of the last argument, as software packs them. */
export function imageBytes(placed: readonly PlacedArgument[]): number {
  const last = placed[placed.length - 1];
  return last === undefined ? ARGUMENTS_OFFSET : last.offset + last.sizeBytes;
}

/** The register table of a kernel. */
export function hlsRegisters(placed: readonly PlacedArgument[], handshake: HandshakeKind): RegisterTable<string> {
  const chain = handshake === "ap_ctrl_chain";
  const table: Record<string, RegisterTable<string>[string]> = {
    CTRL: {
      offset: 0x0,
      reset: Control.idle,
      description: "control and status of the unit",
      fields: {
        AP_START: { bits: 0, description: "1: starts; stays until the arguments have been taken" },
        AP_DONE: { bits: 1, access: "ro", description: "it has finished; a read clears it" },
        AP_IDLE: { bits: 2, access: "ro", description: "it does nothing" },
        AP_READY: { bits: 3, access: "ro", description: "it takes new arguments" },
        ...(chain ? { AP_CONTINUE: { bits: 4, access: "wo" as const, description: "1: the end has been seen" } } : {}),
        AUTO_RESTART: { bits: 7, description: "1: starts again by itself" },
      },
    },
    GIER: { offset: 0x4, description: "interrupts", fields: { ENABLE: { bits: 0, description: "1: interrupts on" } } },
    IP_IER: {
      offset: 0x8,
      description: "interrupt enable",
      fields: { DONE: { bits: 0, description: "at ap_done" }, READY: { bits: 1, description: "at ap_ready" } },
    },
    IP_ISR: {
      offset: 0xc,
      description: "interrupt status; writing 1 toggles",
      fields: { DONE: { bits: 0, description: "ap_done was" }, READY: { bits: 1, description: "ap_ready was" } },
    },
  };
  for (const { name, type, offset, sizeBytes } of placed) {
    if (sizeBytes === 4) table[name] = { offset, description: `${type} ${name}` };
    else {
      table[`${name}_1`] = { offset, description: `${type} ${name}, low word` };
      table[`${name}_2`] = { offset: offset + 4, description: `${type} ${name}, high word` };
    }
    const reserved = offset + sizeBytes;
    table[`RESERVED_${reserved.toString(16).toUpperCase()}`] = { offset: reserved, description: "no effect" };
  }
  return table;
}
