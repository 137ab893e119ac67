/**
 * What a core is before it does anything: its identity, its registers, its own time, its stack, and the account of its cycles.
 * @module
 */
import { type Counter, type Process, SimulationError, type TracePoint } from "../../sim/mod.ts";
import { hex } from "../bus/address_map.ts";
import { Component } from "../component.ts";
import type { ParamTable } from "../params.ts";
import { callOf } from "./core_call.ts";
import { type IssueParams, issueParams } from "./issue_timing.ts";

/** No register. */
export const NONE = -1;

/** What makes a core one of several. */
export interface CoreParams extends IssueParams {
  /** Number among its neighbours, as `mhartid` has it. */
  readonly coreId: number;
  /** Number of its cluster; the fabric controller counts as one. */
  readonly clusterId: number;
  /** Performance counters: 17, one for each event, or 1 as on the chip. */
  readonly counters: number;
}

/** Where a core's stack lies. */
export interface CoreStack {
  /** Lowest address. */
  readonly base: number;
  /** Bytes. */
  readonly sizeBytes: number;
  /** What lies right below it, for errors: `the stack of pe2`. */
  readonly below: string;
}

/** Below the addresses of all stacks; a small whole number, because it is looked at with every access. */
const NO_STACK = -(2 ** 30);
/** The register of the stack pointer. */
export const STACK_POINTER = 2;

/** The state and the counters of a core. */
export class CoreState extends Component<CoreParams> {
  /** Costs and identity. */
  static override readonly params: ParamTable<CoreParams> = {
    ...issueParams,
    coreId: { unit: "1", description: "number of the core in its cluster", source: "GAP8 manual" },
    clusterId: { unit: "1", description: "number of the cluster", source: "GAP8 manual" },
    counters: {
      default: 17,
      unit: "counter",
      description: "performance counters: one for each event as in simulators, or 1 as on the chip",
      source: "GAP8 manual",
      min: 1,
    },
  };

  /** Loads issued. */
  readonly loads: Counter = this.counter("loads", "instruction", "loads issued");
  /** Stores issued. */
  readonly stores: Counter = this.counter("stores", "instruction", "stores issued");
  /** Cycles in which a data access waited for its grant, or did the second half of one that crosses a word. */
  readonly memoryStalls: Counter = this.counter(
    "memory_stalls",
    "cycle",
    "cycles waiting for a grant with the clock on, and second halves of accesses that cross a word",
  );
  /** Second halves of loads that cross a word. */
  readonly secondLoads: Counter = this.counter("second_loads", "access", "second halves of loads that cross a word");
  /** Second halves of stores that cross a word. */
  readonly secondStores: Counter = this.counter("second_stores", "access", "second halves of stores that cross a word");
  /** Loads from anything but near memory. */
  readonly outsideLoads: Counter = this.counter("outside_loads", "access", "loads from all but near memory");
  /** Stores to anything but near memory. */
  readonly outsideStores: Counter = this.counter("outside_stores", "access", "stores to all but near memory");
  /** Cycles with the clock on in which such a load was raised, that of its grant included. */
  readonly outsideLoadCycles: Counter = this.counter("outside_load_cycles", "cycle", "cycles of loads from outside");
  /** The same for stores. */
  readonly outsideStoreCycles: Counter = this.counter("outside_store_cycles", "cycle", "cycles of stores to outside");
  /** Cycles in which near memory refused an access. */
  readonly contention: Counter = this.counter("contention", "cycle", "cycles in which near memory refused an access");
  /** Cycles with the clock off. */
  readonly asleep: Counter = this.counter("asleep", "cycle", "cycles with the clock gated off");
  /** What runs on it. */
  readonly activity: TracePoint<string> = this.tracePoint("activity", {
    kind: "level",
    unit: "text",
    description: "function that the core runs, or sleep",
  });

  /** Register values x0 to x31, signed. */
  readonly registers: Int32Array = new Int32Array(32);
  /** The cycle in which the next instruction can leave decode. */
  protected nextIssue: number = 0;
  /** The cycle in which it comes there: earlier, if the instruction before it keeps the execute stage. */
  protected enters: number = 0;
  /**
   * The cycle in which the instruction right before is done with what it computes: leaves the execute stage, or has the
   * first part of its access granted.
   */
  protected computedAt: number = 0;
  private stackNow: CoreStack | null = null;
  /** Lowest address that the stack pointer may hold. */
  protected stackBase: number = NO_STACK;
  /** Cycles that an instruction occupies the decode stage: looked at with every instruction. */
  protected readonly issueCycles: number = this.params.issueCycles;
  /** The cycle in which it was first started. */
  protected startedAt: number = NONE;
  /** The first cycle with its clock off, while it sleeps. */
  protected sleepsFrom: number = NONE;
  /** The function that it runs. */
  protected running: string = "";

  /** Number of the core in its cluster. */
  get coreId(): number {
    return this.params.coreId;
  }

  /** Number of the cluster. */
  get clusterId(): number {
    return this.params.clusterId;
  }

  /** The cycle, of the core's clock, in which the next instruction can leave decode. */
  get cycle(): number {
    return this.nextIssue;
  }

  /** Where its stack lies; null if nobody said so. */
  get stack(): CoreStack | null {
    return this.stackNow;
  }

  /** Gives the core a stack: the stack pointer is set to its end, and every access looks whether it is still inside. */
  useStack(stack: CoreStack): void {
    this.stackNow = stack;
    this.stackBase = stack.base;
    this.registers[STACK_POINTER] = stack.base + stack.sizeBytes;
  }

  /** Takes the stack away: the stack pointer may hold anything. */
  protected forgetStack(): void {
    this.stackNow = null;
    this.stackBase = NO_STACK;
  }

  /** Throws a SimulationError if the stack pointer is below the stack. */
  checkStack(): void {
    if (this.stackNow === null || this.registers[STACK_POINTER] >= this.stackBase) return;
    const { base, sizeBytes, below } = this.stackNow;
    const pointer = this.registers[STACK_POINTER];
    throw new SimulationError(
      `Cannot go on with the stack pointer ${hex(pointer >>> 0)} on ${this.where()}: it is ${
        base - pointer
      } bytes below ` +
        `the stack (${hex(base)} to ${
          hex(base + sizeBytes - 1)
        }, ${sizeBytes} bytes), in ${below}; make the stack larger, ` +
        "or take the buffer from the allocator",
    );
  }

  /** Where the core is and when, and which function it runs. */
  override where(): string {
    return super.where() + (this.running === "" ? "" : `, in ${this.running}`);
  }

  /** Cycles of its clock since it was first started, asleep ones included. */
  get totalCycles(): number {
    return this.startedAt < 0 ? 0 : Math.max(this.nextIssue, this.clock.cycles) - this.startedAt;
  }

  /** Cycles with the clock on, up to its own time. */
  get activeCycles(): number {
    return this.startedAt < 0 ? 0 : this.nextIssue - this.startedAt - this.asleep.value;
  }

  /** Cycles with the clock off, the present nap included. */
  get asleepCycles(): number {
    return this.asleep.value + (this.sleepsFrom === NONE ? 0 : Math.max(0, this.clock.cycles - this.sleepsFrom));
  }

  // ---- what runs, for profiles and traces ----

  /** Says that a function runs while `body` does. */
  *inFunction<R>(name: string, body: Process<R>): Process<R> {
    const before = this.running;
    this.running = name;
    this.activity.emit(name);
    try {
      return yield* callOf(body);
    } finally {
      this.running = before;
      this.activity.emit(before);
    }
  }
}
