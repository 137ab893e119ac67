/**
 * The disassembler: instruction words to the text that the assembler makes them from.
 * @module
 */
import { formsOf } from "./assembler_forms.ts";
import { csrName } from "./assembler_csrs.ts";
import { registerName, registerNumber } from "./assembler_registers.ts";
import type { Decoded, InstructionSet } from "./decoder.ts";
import { ri5cy } from "./isa.ts";

/** How to disassemble. */
export interface DisassembleOptions {
  /** Mnemonics and encodings, the same that decoded the word; `ri5cy` if absent. */
  readonly set?: InstructionSet;
  /** Names to write for targets of branches, jumps and hardware loops, such as `Program.symbols`. */
  readonly symbols?: ReadonlyMap<string, number>;
}

/**
 * The text of an instruction, given as its word or already decoded; `pc` is its address.
 *
 * The assembler makes the same word from it at that address, with the same symbols: compressed instructions have their
 * own names (`c.addi`), so that 32-bit ones come back as such after `.option norvc`. Words that are no instruction, or
 * that the assembler would encode otherwise because bits are set which the core ignores, are written as data (`.word`,
 * `.half`), the latter with the instruction in a comment.
 *
 * @example One instruction
 * ```ts
 * import { disassemble } from "./disassembler.ts";
 *
 * console.log(disassemble(0x00a58533, 0x1c000080)); // add a0, a1, a0
 * ```
 */
export function disassemble(instruction: Decoded | number, pc: number, options: DisassembleOptions = {}): string {
  const { set = ri5cy, symbols } = options;
  const decoded = typeof instruction === "number" ? set.decode(instruction) : instruction;
  if (!decoded) return data(instruction as number);
  const row = decoded.compressed ?? decoded.instruction;
  const form = formsOf(set).of.get(row);
  if (!form) {
    throw new RangeError(
      `Cannot disassemble ${row.name}: ${set.name} has no such instruction; give the set that decoded it`,
    );
  }
  const values = form.read(decoded.word, pc);
  let next = 0;
  const operands = row.syntax.replace(/[^,()! ]+/g, () => {
    const { role } = form.operands[next];
    const value = values[next++];
    switch (role) {
      case "register":
        return registerName(value);
      case "loop":
        return set.name === "ri5cy" ? `x${value}` : String(value);
      case "csr":
        return csrName(set.name, value) ?? hexadecimal(value);
      case "upper":
        return hexadecimal(value);
      case "target":
        return (symbols && nameOf(symbols, value)) ?? hexadecimal(value);
      case "number":
        return String(value);
    }
  });
  const text = `${form.name} ${operands}`.trimEnd();
  return form.encode(values, pc) === decoded.word ? text : `${data(decoded.word)} # ${text}`;
}

/** A word that is no instruction; its lowest bits tell its size. */
function data(word: number): string {
  const short = (word & 3) !== 3;
  return `${short ? ".half" : ".word"} ${hexadecimal(short ? word & 0xffff : word >>> 0)}`;
}

function hexadecimal(value: number): string {
  return `0x${value.toString(16)}`;
}

const NAME = /^[A-Za-z_.$][\w.$]*$/;
const names = new WeakMap<ReadonlyMap<string, number>, ReadonlyMap<number, string>>();

/** The first symbol with a value that can be written as an operand. */
function nameOf(symbols: ReadonlyMap<string, number>, value: number): string | undefined {
  let byValue = names.get(symbols);
  if (!byValue) {
    const found = new Map<number, string>();
    for (const [name, value] of symbols) {
      if (!found.has(value) && NAME.test(name) && name !== "." && registerNumber(name) === undefined) {
        found.set(value, name);
      }
    }
    names.set(symbols, byValue = found);
  }
  return byValue.get(value);
}
