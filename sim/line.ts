/**
 * Wires between components: lines with edges, signals and registers with evaluate-then-commit.
 * @module
 */
import type { Activity, Committed } from "./activity.ts";
import { SimulationError } from "./errors.ts";
import type { Simulation } from "./simulation.ts";
import type { TracePoint, TraceValue } from "./trace/hub.ts";
import type { Waitable } from "./wait.ts";
import { WaitList } from "./wait_list.ts";

/**
 * A wire that is high or low. A change made in cycle t is seen in cycle t + 1 of whoever looks, never earlier, so the
 * order of processes does not matter. Yielding the line waits for it to rise.
 *
 * {@linkcode Line.raise}, {@linkcode Line.lower} and {@linkcode Line.pulse} throw a SimulationError if another process
 * has left it at the other level in the same moment: which one held would depend on their order.
 */
export class Line implements Waitable, Committed {
  /** Path. */
  readonly name: string;
  private readonly sim: Simulation;
  private readonly rises: WaitList;
  private readonly falls: WaitList;
  private readonly trace: TracePoint<boolean>;
  private level = false;
  private next = false;
  private pulsed = false;
  /** Who has driven it in the present moment. */
  private driver: string | null = null;
  private rose = -1;

  /** A line that is low. */
  constructor(sim: Simulation, name: string) {
    this.sim = sim;
    this.name = name;
    this.rises = new WaitList(sim, `line ${name} to rise`);
    this.falls = new WaitList(sim, `line ${name} to fall`);
    this.trace = sim.trace.point(name, { kind: "level", unit: "bool", description: "level of the line", width: 1 });
  }

  /** Whether it is high; changes of the present moment do not show yet. */
  get high(): boolean {
    return this.level;
  }

  /** Waits for it to rise. */
  get rise(): Waitable {
    return this.rises;
  }

  /** Waits for it to fall. */
  get fall(): Waitable {
    return this.falls;
  }

  /** When it last rose, in picoseconds; -1 if never. */
  get lastRise(): number {
    return this.rose;
  }

  /** Makes it high. */
  raise(): void {
    this.#drive(true, false);
  }

  /** Makes it low. */
  lower(): void {
    this.#drive(false, false);
  }

  /** Makes it rise and fall again: whoever waits for it to rise goes on at the next edge of its clock. */
  pulse(): void {
    this.#drive(false, true);
  }

  /** Takes the new level. For the kernel. */
  commit(): void {
    this.driver = null;
    const was = this.level;
    this.level = this.next;
    if (this.pulsed || (this.next && !was)) {
      this.pulsed = false;
      this.rose = this.sim.now;
      this.trace.emit(true);
      this.rises.wakeAllNextEdge();
    }
    if (!this.next && (was || this.trace.value === true)) {
      this.trace.emit(false);
      this.falls.wakeAllNextEdge();
    }
  }

  /** Queues a waiter for the next rise. */
  arm(waiter: Activity): void {
    this.rises.arm(waiter);
  }

  /** For reports. */
  describe(): string {
    return this.rises.describe();
  }

  /** For reports. */
  servers(): readonly string[] {
    return this.rises.servers();
  }

  #drive(next: boolean, pulsed: boolean): void {
    const { runningName } = this.sim;
    const { driver } = this;
    this.rises.served();
    if (driver !== null && driver !== runningName && this.next !== next) {
      const [verb, before] = [pulsed ? "pulse" : next ? "raise" : "lower", next ? "lowered" : "raised"];
      throw new SimulationError(
        `Cannot ${verb} line ${this.name} in ${runningName}: it has been ${before} by ${driver} in ` +
          "the same moment, and the last one would win; a line has one driver, so give each its own and combine them",
      );
    }
    this.driver = bothDrivers(driver, runningName);
    this.next = next;
    this.pulsed ||= pulsed;
    if (driver === null) this.sim.commitLater(this);
  }
}

/**
 * A value that everybody reads as it was and that changes for all at once, in the commit phase. Descriptions at
 * register-transfer level that talk only through signals come out the same whatever the order of their processes.
 * Yielding the signal waits for its next change, in the same moment: combinational logic follows that way.
 */
export class Signal<T> implements Waitable, Committed {
  /** Path. */
  readonly name: string;
  private readonly sim: Simulation;
  private readonly changes: WaitList;
  private readonly trace: TracePoint;
  private current: T;
  private next: T;
  private driver: string | null = null;

  /** A signal with a first value; `width` is its bits in a waveform. */
  constructor(sim: Simulation, name: string, initial: T, width: number = typeof initial === "boolean" ? 1 : 32) {
    this.sim = sim;
    this.name = name;
    this.current = initial;
    this.next = initial;
    this.changes = new WaitList(sim, `signal ${name} to change`);
    this.trace = sim.trace.point(name, { kind: "level", unit: "value", description: "value of the signal", width });
    this.trace.emit(traceable(initial));
  }

  /** The value as of the last commit. */
  get value(): T {
    return this.current;
  }

  /**
   * Gives it a new value at the commit. Throws a SimulationError if another process has given it a different one for
   * the same commit: the result would depend on their order.
   */
  set(value: T): void {
    const { runningName } = this.sim;
    const { driver } = this;
    if (driver !== null && driver !== runningName && this.next !== value) {
      throw new SimulationError(
        `Cannot set signal ${this.name} to ${value} in ${runningName}: it has been set to ${this.next} by ${driver} for ` +
          "the same commit; a signal has one driver, so give each its own and combine them",
      );
    }
    this.driver = bothDrivers(driver, runningName);
    this.next = value;
    if (driver === null) this.sim.commitLater(this);
  }

  /** Takes the new value. For the kernel. */
  commit(): void {
    this.driver = null;
    if (this.next === this.current) return;
    this.current = this.next;
    this.trace.emit(traceable(this.current));
    this.changes.wakeAll();
  }

  /** Queues a waiter for the next change. */
  arm(waiter: Activity): void {
    this.changes.arm(waiter);
  }

  /** For reports. */
  describe(): string {
    return this.changes.describe();
  }

  /** For reports. */
  servers(): readonly string[] {
    return this.changes.servers();
  }
}

/** A signal that a clock's edge loads, with a value to go back to on reset. */
export class Register<T> extends Signal<T> {
  /** What it holds after reset. */
  readonly resetValue: T;

  /** A register that holds its reset value. */
  constructor(sim: Simulation, name: string, resetValue: T, width?: number) {
    super(sim, name, resetValue, width);
    this.resetValue = resetValue;
  }

  /** Goes back to the reset value at the commit. */
  reset(): void {
    this.set(this.resetValue);
  }
}

/** Who drives, once `running` does, too: two that agree are not one of them, so that neither may change it alone. */
function bothDrivers(driver: string | null, running: string): string {
  return driver === null || driver === running ? running : `${driver} and ${running}`;
}

/** A value as a trace point takes it. */
function traceable(value: unknown): TraceValue {
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "string") return value;
  return JSON.stringify(value);
}
