/**
 * Arguments of a kernel as its registers hold them.
 * @module
 */
import { type PlacedArgument, plainType } from "./hls_registers.ts";

/** Values of the arguments by name: addresses and integers as numbers. */
export type ArgumentValues = Readonly<Record<string, number>>;

/** Arguments out of register words; word 0 is the control register. */
export function decodeArguments(placed: readonly PlacedArgument[], words: Uint32Array): ArgumentValues {
  const values: Record<string, number> = {};
  for (let i = 0; i < placed.length; i++) {
    const { name, type, offset, sizeBytes, pointer } = placed[i];
    const low = words[offset >> 2];
    if (sizeBytes === 4) values[name] = type === "int" ? low | 0 : scalar(low, plainType(type));
    else {
      const high = words[(offset >> 2) + 1];
      if (!pointer && type.includes("double")) values[name] = double(low, high);
      else values[name] = low + (pointer || type.includes("unsigned") ? high : high | 0) * 2 ** 32;
    }
  }
  return values;
}

const bits = new Uint32Array(2);
const float = new Float32Array(bits.buffer);
const long = new Float64Array(bits.buffer);

function double(low: number, high: number): number {
  bits[0] = low;
  bits[1] = high;
  return long[0];
}

/** A register's word as its C type says. */
function scalar(word: number, type: string): number {
  if (type === "float") {
    bits[0] = word;
    return float[0];
  }
  if (/unsigned|uint|ushort/.test(type)) return word;
  if (/char/.test(type)) return (word << 24) >> 24;
  if (/short/.test(type)) return (word << 16) >> 16;
  return word | 0;
}
