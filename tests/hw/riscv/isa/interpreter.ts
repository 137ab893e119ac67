/**
 * The plainest reading of operations: their syntax tree, walked with BigInt where JavaScript's operators might mislead.
 * @module
 */
import type { Decoded } from "../../../../hw/riscv/isa/decoder.ts";
import type { Expression, FunctionName, Operation } from "../../../../hw/riscv/isa/operation.ts";

/** What an operation works on. */
export interface Machine {
  readonly registers: Int32Array;
  pc: number;
  read(address: number): number;
  write(address: number, byte: number): void;
}

/** What an operation asks of the core. */
export interface Effects {
  readonly nextPc: number;
  readonly trap?: number;
  readonly hwloop: readonly (readonly [part: string, loop: number, value: number])[];
  readonly other: readonly string[];
}

const signed = (value: bigint | number): number => Number(BigInt.asIntN(32, BigInt(value)));
const unsigned = (value: number): bigint => BigInt.asUintN(32, BigInt(value));

const FUNCTIONS: Readonly<Record<FunctionName, (a: number, b: number) => number>> = {
  ltu: (a, b) => unsigned(a) < unsigned(b) ? 1 : 0,
  geu: (a, b) => unsigned(a) >= unsigned(b) ? 1 : 0,
  min: (a, b) => a < b ? a : b,
  max: (a, b) => a > b ? a : b,
  minu: (a, b) => unsigned(a) < unsigned(b) ? a : b,
  maxu: (a, b) => unsigned(a) > unsigned(b) ? a : b,
  clz: (a) => unsigned(a).toString(2).padStart(32, "0").padEnd(33, "1").indexOf("1"),
  popcount: (a) => unsigned(a).toString(2).replaceAll("0", "").length,
  rotr: (a, b) => signed(((unsigned(a) << 32n) | unsigned(a)) >> BigInt(b & 31)),
  mulh: (a, b) => signed((BigInt(a) * BigInt(b)) >> 32n),
  mulhsu: (a, b) => signed((BigInt(a) * unsigned(b)) >> 32n),
  mulhu: (a, b) => signed((unsigned(a) * unsigned(b)) >> 32n),
  div: (a, b) => b === 0 ? -1 : signed(BigInt(a) / BigInt(b)),
  divu: (a, b) => b === 0 ? -1 : signed(unsigned(a) / unsigned(b)),
  rem: (a, b) => b === 0 ? a : signed(BigInt(a) % BigInt(b)),
  remu: (a, b) => b === 0 ? a : signed(unsigned(a) % unsigned(b)),
  s8: (a) => Number(BigInt.asIntN(8, BigInt(a))),
  u8: (a) => Number(BigInt.asUintN(8, BigInt(a))),
  s16: (a) => Number(BigInt.asIntN(16, BigInt(a))),
  u16: (a) => Number(BigInt.asUintN(16, BigInt(a))),
};

const BINARY: Readonly<Record<string, (a: number, b: number) => bigint | number | boolean>> = {
  "|": (a, b) => BigInt(a) | BigInt(b),
  "^": (a, b) => BigInt(a) ^ BigInt(b),
  "&": (a, b) => BigInt(a) & BigInt(b),
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "<<": (a, b) => BigInt(a) << BigInt(b & 31),
  ">>": (a, b) => BigInt(a) >> BigInt(b & 31),
  ">>>": (a, b) => unsigned(a) >> BigInt(b & 31),
  "+": (a, b) => BigInt(a) + BigInt(b),
  "-": (a, b) => BigInt(a) - BigInt(b),
  "*": (a, b) => BigInt(a) * BigInt(b),
};

/** Does what an operation says: writes registers, memory and the pc of the machine, and tells the rest. */
export function execute(operation: Operation, decoded: Decoded, machine: Machine): Effects {
  const { registers, pc } = machine;
  const locals = new Map<string, number>();
  const value = (part: Expression): number => {
    switch (part.kind) {
      case "constant":
        return part.value;
      case "local":
        return locals.get(part.name)!;
      case "operand":
        if (part.name === "pc") return pc;
        if (/^r/.test(part.name)) return registers[decoded[part.name as "rd"]];
        return decoded[part.name as "imm"];
      case "unary": {
        const inner = value(part.value);
        return part.operator === "!" ? Number(inner === 0) : part.operator === "~" ? ~inner : signed(-BigInt(inner));
      }
      case "binary":
        return signed(BINARY[part.operator](value(part.left), value(part.right)) as bigint);
      case "choice":
        return value(part.condition) !== 0 ? value(part.yes) : value(part.no);
      case "call":
        return FUNCTIONS[part.name](value(part.args[0]), part.args[1] ? value(part.args[1]) : 0);
      case "load": {
        let word = 0n;
        for (let i = 0; i < part.bytes; i++) word |= BigInt(machine.read(value(part.address) + i)) << BigInt(8 * i);
        return signed(part.signed ? BigInt.asIntN(8 * part.bytes, word) : word);
      }
      default:
        throw new Error(`no ${part.kind} here`);
    }
  };
  const writes: [register: number, value: number][] = [];
  const hwloop: [string, number, number][] = [];
  const other: string[] = [];
  let nextPc = pc + decoded.size;
  let trap: number | undefined;
  for (const statement of operation) {
    switch (statement.kind) {
      case "let":
        locals.set(statement.name, value(statement.value));
        break;
      case "write":
        writes.push([decoded[statement.register], value(statement.value)]);
        break;
      case "store": {
        const address = value(statement.address), data = value(statement.value);
        for (let i = 0; i < statement.bytes; i++) machine.write(address + i, (data >> (8 * i)) & 255);
        break;
      }
      case "branch":
        if (value(statement.condition) !== 0) nextPc = value(statement.target);
        break;
      case "jump":
        nextPc = value(statement.target);
        break;
      case "trap":
        trap = value(statement.cause);
        break;
      case "hwloop":
        hwloop.push([statement.part, value(statement.loop), value(statement.value)]);
        break;
      default:
        other.push(statement.kind);
    }
  }
  for (const [register, result] of writes) if (register !== 0) registers[register] = result;
  machine.pc = nextPc;
  return { nextPc, trap, hwloop, other };
}
