/**
 * A state as the next passage sees it: the instructions that it is about, their registers, and how the code lies.
 * @module
 */
import { JUMP_JAL, JUMP_JALR, type MicroOperation } from "../ri5cy/micro_operation.ts";
import { type Operations, operationsOf } from "../ri5cy/operations.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import { lineBytes, type Shape } from "./timing_shapes.ts";
import type { CodeWords } from "./timing_oracle.ts";
import {
  AT,
  BACK_BIT,
  HELD,
  LOOPS_BIT,
  REST,
  STATE_WORDS,
  TARGET,
  type TimingStates,
  WRITTEN_BIT,
} from "./timing_states.ts";

/** Bytes that a passage's fetch hands out at most, and what it looks at behind them. */
const REACH_BYTES = 16;
/** Instructions that the fetch looks at in a passage: as a rule, and if it also has to bring the one that leaves. */
const FEW = 2, MANY = 3;
/** A bit beside those of {@linkcode MANY} sizes. */
const FAR_BIT = 8;
/** What marks a jump among the keys. */
const JUMPS = 1 << 19;

/** Looks at states of one program. */
export class TimingView {
  /** The shape of the state that was looked at last, */
  shape!: Shape;
  /** the instruction that leaves next, */
  op!: MicroOperation;
  /** its address, */
  pc = 0;
  /** the instruction in decode, which is another one if it is not to be executed; */
  ghost!: MicroOperation;
  /** where the fetch goes on, */
  at = 0;
  /** the target of its branch; */
  target = 0;
  /** registers and loops, as in the state; */
  rest = 0;
  /** the address at which the instructions begin that the fetch brings, */
  begin = 0;
  /** and the target of a jump to a known place; */
  jump = 0;
  /** what decides on its passage. */
  key1 = 0;
  key2 = 0;

  readonly #states: TimingStates;
  readonly #code: CodeWords;
  readonly #operations: Operations<MicroOperation>;
  readonly #lineMask: number;
  readonly #watchesLines: boolean;
  /** The state that is in view; -1 if it is not there whole. */
  #state = -1;

  /**
   * @param variant which core
   * @param states whose states it looks at
   * @param code the words of the program
   */
  constructor(variant: CoreVariant, states: TimingStates, code: CodeWords) {
    this.#states = states;
    this.#code = code;
    this.#operations = operationsOf(variant);
    this.#lineMask = -lineBytes(variant);
    this.#watchesLines = variant.fetchBits === 128;
  }

  /** Looks at a state; whether its passage depends on no more than the keys. */
  look(state: number): boolean {
    const states = this.#states;
    const { words } = states;
    this.#state = -1;
    const shape = this.shape = states.shape(state);
    if (!shape.isWhole) return false;
    const place = state * STATE_WORDS;
    const at = this.at = words[place + AT];
    const held = words[place + HELD];
    const rest = this.rest = words[place + REST];
    const loops = rest >>> LOOPS_BIT;
    if (this.#loopsNear(loops, at)) return false;
    const ghost = this.ghost = shape.decodes ? this.#decode(held) : this.#operations.decode(held);
    if (ghost.timingClass === 0) return false;
    const both = shape.loads && shape.writesBack && (rest & 31) === (rest >>> BACK_BIT & 31) ? 1 : 0;
    this.key1 = shape.id << 13 | ghost.timingClass << 6 | hazards(shape, rest, ghost) << 1 | both;
    let key = 0;
    let op = ghost, pc = held, begin = at;
    if (shape.decodes && !shape.branches) {
      this.target = 0;
      key = this.#sizes(at, FEW);
    } else {
      if (shape.branches) {
        this.target = words[place + TARGET];
        begin = this.target & ~1;
        if (this.#loopsNear(loops, begin)) return false;
        key = (begin & ~this.#lineMask) << 3;
      } else this.target = 0;
      pc = begin;
      op = this.#decode(pc);
      const { timingClass } = op;
      // Two divisions might ask about the same register.
      if (timingClass === 0 || shape.jumped || op.divide !== 0 && ghost.divide !== 0) return false;
      key |= this.#sizes(begin, MANY) | timingClass << 7 | hazards(shape, rest, op) << 14;
    }
    this.op = op;
    this.pc = pc;
    this.begin = begin;
    this.jump = 0;
    if (op.jump === JUMP_JAL && !(op === ghost && shape.jumped)) {
      this.jump = pc + op.imm & ~1;
      const lies = this.lie(this.jump);
      if (lies < 0) return false;
      key |= JUMPS | lies << 20;
    }
    this.key2 = key;
    this.#state = state;
    return true;
  }

  /** Looks at a state again at which {@linkcode look} found nothing else to matter; the keys may be old. */
  lookAgain(state: number): void {
    if (this.#state !== state) this.look(state);
  }

  /** How the target of a jump lies, as a number of 7 bits; negative if that is not all that matters. */
  lie(target: number): number {
    if (this.#loopsNear(this.rest >>> LOOPS_BIT, target)) return -1;
    return this.#sizes(target, MANY) | (target & ~this.#lineMask) << 3;
  }

  /** Whether {@linkcode jump} is the target of a jump. */
  get jumpsToKnown(): boolean {
    return this.jumps && this.op.jump === JUMP_JAL;
  }

  /** Whether the instruction jumps in the passage, and the fetch with it. */
  get jumps(): boolean {
    const { jump } = this.op;
    return (jump === JUMP_JAL || jump === JUMP_JALR) && !(this.op === this.ghost && this.shape.jumped);
  }

  /** Whether the end of a hardware loop is near. */
  #loopsNear(loops: number, address: number): boolean {
    const ends = this.#states.loops;
    const place = 4 * loops;
    return ends[place + 2] - address >>> 0 <= REACH_BYTES || ends[place + 3] - address >>> 0 <= REACH_BYTES;
  }

  /**
   * Which of the instructions from an address on are compressed; and, if one of them begins in the last word of its line,
   * what looks like one at the end of the line behind.
   */
  #sizes(address: number, count: number): number {
    const code = this.#code;
    const behind = (address & ~15) + 16;
    let sizes = 0;
    let far = false;
    for (let i = 0; i < count; i++) {
      if ((address & 12) === 12) far = true;
      const word = code(address & ~3);
      if ((((address & 2) === 0 ? word : word >>> 16) & 3) !== 3) {
        sizes |= 1 << i;
        address += 2;
      } else address += 4;
    }
    if (far && this.#watchesLines && (code(behind + 12) >>> 16 & 3) !== 3) sizes |= FAR_BIT;
    return sizes;
  }

  #decode(address: number): MicroOperation {
    const word = this.#code(address & ~3);
    if ((address & 2) === 0) return this.#operations.decode(word);
    const low = word >>> 16;
    return this.#operations.decode((low & 3) !== 3 ? low : this.#code((address & ~3) + 4) << 16 | low);
  }
}

/** What an instruction in decode has to do with the registers that are on their way. */
function hazards({ loads, writes, writesBack }: Shape, rest: number, op: MicroOperation): number {
  const loaded = rest & 31;
  const a = op.sourceA;
  let hazards = 0;
  if (loads) {
    if (loaded !== 0 && (loaded === a || loaded === op.sourceB || loaded === op.sourceC)) hazards = 1;
    if (loaded === op.aluTarget) hazards |= 2;
  }
  if (op.jump === JUMP_JALR && a !== 0) {
    if (loads && loaded === a) hazards |= 4;
    if (writes && (rest >>> WRITTEN_BIT & 31) === a) hazards |= 8;
    if (writesBack && (rest >>> BACK_BIT & 31) === a) hazards |= 16;
  }
  return hazards;
}
