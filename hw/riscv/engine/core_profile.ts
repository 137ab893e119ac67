/**
 * Where a core's cycles went.
 * @module
 */
import type { MicroOperation } from "../ri5cy/micro_operation.ts";
import { CORE_EVENTS, EVENT } from "../ri5cy/performance_counters.ts";
import { STALL_NAMES } from "../ri5cy/stall.ts";

/** Names of the core's own events, in the order of their counters. */
const EVENT_NAMES = Object.keys(EVENT).slice(0, CORE_EVENTS);

/** What a core tells of its last cycle. */
export interface ObservedCore {
  /** What the cycle was spent on, an index of {@linkcode STALL_NAMES}. */
  readonly stall: number;
  /** Events that the performance counters see, one bit each. */
  readonly events: number;
  /** Whether an instruction left decode, */
  readonly retired: boolean;
  /** its address, */
  readonly retiredPc: number;
  /** and what it was. */
  readonly retiredOperation: MicroOperation;
}

/** What an engine tells of an instruction that it executed several times in the same way. */
export interface ObservedVisits {
  /** The instruction, if it is one. */
  readonly op: MicroOperation | undefined;
  /** Its address. */
  readonly pc: number;
  /** How often. */
  readonly visits: number;
  /** Of each visit: cycles by cause, */
  readonly causes: Uint8Array;
  /** and events. */
  readonly events: Uint8Array;
}

/** What one instruction of a program took. */
export interface InstructionProfile {
  /** Its address. */
  readonly pc: number;
  /** The instruction. */
  readonly op: MicroOperation;
  /** How often it left decode. */
  count: number;
  /**
   * Cycles by cause, in the order of {@linkcode STALL_NAMES}; they count from the instruction before, so that what a
   * branch or a jump costs stands at its target.
   */
  readonly cycles: Float64Array;
}

/** Adds up what instructions took, on any engine. */
export class CoreProfile {
  /** Per instruction, by address. */
  readonly instructions: Map<number, InstructionProfile> = new Map();
  /** Whether the last cycle that was added ended an instruction, so that none has cycles without having been counted. */
  complete = true;
  readonly #events = new Float64Array(CORE_EVENTS);
  readonly #waiting = new Float64Array(STALL_NAMES.length);

  /** Counts of the events behind the performance counters, by name. */
  get events(): Record<string, number> {
    return Object.fromEntries(EVENT_NAMES.map((name, index) => [name, this.#events[index]]));
  }

  /** Adds the last cycle of an observed core. */
  addCycle(core: ObservedCore): void {
    this.#waiting[core.stall]++;
    for (let left = core.events & (1 << CORE_EVENTS) - 1; left !== 0;) {
      const index = 31 - Math.clz32(left);
      left ^= 1 << index;
      this.#events[index]++;
    }
    this.complete = core.retired;
    if (!core.retired) return;
    const { cycles } = this.#instruction(core.retiredPc, core.retiredOperation, 1);
    for (let i = 0; i < cycles.length; i++) cycles[i] += this.#waiting[i];
    this.#waiting.fill(0);
  }

  /** Adds visits of an instruction. */
  addNode({ visits, events, causes, pc, op }: ObservedVisits): void {
    if (op === undefined || causes.length === 0) return;
    for (let i = 0; i < CORE_EVENTS; i++) this.#events[i] += visits * events[i];
    const { cycles } = this.#instruction(pc, op, visits);
    for (let i = 0; i < cycles.length; i++) cycles[i] += visits * causes[i];
  }

  #instruction(pc: number, op: MicroOperation, count: number): InstructionProfile {
    let found = this.instructions.get(pc);
    if (found === undefined) {
      found = { pc, op, count: 0, cycles: new Float64Array(STALL_NAMES.length) };
      this.instructions.set(pc, found);
    }
    found.count += count;
    return found;
  }
}
