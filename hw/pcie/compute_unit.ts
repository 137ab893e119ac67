/**
 * A compute unit: a kernel with its registers and memory ports.
 * @module
 */
import {
  type Counter,
  Event,
  type Fifo,
  type Process,
  SimulationError,
  type TracePoint,
  type Waitable,
} from "../../sim/mod.ts";
import { RegisterBlock } from "../bus/register_block.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import { type Initiator, Protocol, type Target } from "../port.ts";
import { Mapped } from "../bus/access.ts";
import { AxiMaster, type AxiMasterParams } from "./axi_master.ts";
import {
  Control,
  hlsRegisters,
  imageBytes,
  type KernelSpec,
  placeArguments,
  type PlacedArgument,
} from "./hls_registers.ts";

/** Who hears that units are done. */
export interface UnitCompletions {
  /** The unit at this address of the register space has finished a run. */
  completed(address: number): void;
}

/** Who hears that units are done. */
export const UnitCompletions: Protocol<UnitCompletions> = new Protocol<UnitCompletions>("UnitCompletions", [
  "completed",
]);

/** Place and cost of a unit. */
export interface ComputeUnitParams {
  /** Address in the card's register space. */
  readonly address: number;
  /** Cycles from the control register to the kernel's first step, and from its last to `ap_done`. */
  readonly handshakeCycles: number;
  /** Cycles from the first operands to the first result. */
  readonly pipelineCycles: number;
}

/** One run of a unit, for observers. */
export interface UnitRun {
  /** The unit. */
  readonly unit: ComputeUnit;
  /** Its number among the unit's runs, from 1 on. */
  readonly number: number;
  /** When it started, in picoseconds. */
  readonly startPs: number;
  /** When it ended, in picoseconds; -1 while it runs. */
  endPs: number;
  /** What the host calls it; empty if it did not say. */
  label: string;
  /** What the host's software knows it by. */
  mark: unknown;
}

/** Hears of runs. */
export interface RunObserver {
  /** A run starts. */
  started(run: UnitRun): void;
  /** A run has ended. */
  ended(run: UnitRun): void;
}

/** How a class of units is made; what a platform needs of it. */
export interface ComputeUnitClass {
  /** What it looks like from outside. */
  readonly kernel: KernelSpec;
  /** Makes one. */
  new (parent: Parent, name: string, params: Partial<ComputeUnitParams>, placement?: Placement): ComputeUnit;
}

/** Values of the arguments by name: addresses and integers as numbers. */
export type ArgumentValues = Readonly<Record<string, number>>;

/**
 * The base of kernels. A subclass has a static `kernel` (its arguments) and one behaviour, `execute`; numbers that this
 * yields are cycles of the kernel clock. Memory goes through `port(name)`, streams through `stream(name)`.
 */
export abstract class ComputeUnit extends Component<ComputeUnitParams> {
  /** Place and cost. */
  static override readonly params: ParamTable<ComputeUnitParams> = {
    address: { unit: "address", description: "address in the card's register space", source: "the design" },
    handshakeCycles: {
      default: 4,
      unit: "cycle",
      description: "from the control register to the first step, and from the last to ap_done, together",
      source: "assumed (2 to 10)",
    },
    pipelineCycles: {
      default: 8,
      unit: "cycle",
      description: "from the first operands to the first result",
      source: "assumed (2 to 20)",
    },
  };
  /** Shape of the memory ports of the class; the ports' own defaults unless said otherwise. */
  static readonly ports: Partial<AxiMasterParams> = {};
  /** Items that a stream into the unit can hold. */
  static readonly streamDepth: number = 16;

  /** What the kernel looks like from outside. */
  readonly kernel: KernelSpec;
  /** Its arguments and their places. */
  readonly placed: readonly PlacedArgument[];
  /** The registers. */
  readonly registers: RegisterBlock<string>;
  /** The registers over the bus. */
  readonly control: Target<Mapped>;
  /** Who hears that it is done. */
  readonly completions: Initiator<UnitCompletions> = this.initiator("completions", UnitCompletions);
  /** Runs so far. */
  readonly runs: Counter = this.counter("runs", "run", "runs that have ended");
  /** Cycles in which a run was under way. */
  readonly busyCycles: Counter = this.counter("busy_cycles", "cycle", "cycles in which a run was under way");
  /** Starts that found it busy, and were lost. */
  readonly lostStarts: Counter = this.counter("lost_starts", "start", "starts that found it busy and were lost");
  private readonly activity: TracePoint<string> = this.tracePoint("activity", {
    kind: "level",
    unit: "text",
    description: "the run that is under way",
    canonical: true,
  });
  private readonly masters = new Map<string, AxiMaster>();
  private readonly streams = new Map<string, Fifo<Int32Array>>();
  private readonly change: Event = new Event(this.sim, `${this.path}.status`);
  private readonly chained: boolean;
  private running = 0;
  private started = 0;
  private unseenEnds = 0;
  private readonly observers: RunObserver[] = [];

  /** A unit that is idle, at an address of the card's register space. */
  constructor(parent: Parent, name: string, params: Partial<ComputeUnitParams>, placement: Placement = {}) {
    super(parent, name, params, placement);
    const { kernel, ports, streamDepth } = new.target as unknown as ComputeUnitClass & typeof ComputeUnit;
    if (kernel === undefined) {
      throw new SimulationError(
        `Cannot make ${this.path}: its class has no static field kernel, which names its arguments`,
      );
    }
    this.kernel = kernel;
    this.placed = placeArguments(kernel);
    this.chained = kernel.handshake === "ap_ctrl_chain";
    this.registers = new RegisterBlock<string>(
      this,
      "registers",
      hlsRegisters(this.placed, kernel.handshake ?? "ap_ctrl_hs"),
      {
        CTRL: { read: () => this.#readControl(), write: (value) => this.#writeControl(value) },
      },
    );
    this.control = this.target("control", Mapped, this.registers.mapped);
    for (const { port } of this.placed) {
      if (port !== undefined && !this.masters.has(port)) this.masters.set(port, new AxiMaster(this, port, ports));
    }
    for (const { name, direction } of kernel.streams ?? []) {
      if (direction === "in") this.streams.set(name, this.fifo<Int32Array>(name, streamDepth));
    }
  }

  /** Memory ports, by name. */
  get ports(): ReadonlyMap<string, AxiMaster> {
    return this.masters;
  }

  /** Whether a run is under way. */
  get busy(): boolean {
    return this.running > 0;
  }

  /** Bytes of the register image that software packs. */
  get imageBytes(): number {
    return imageBytes(this.placed);
  }

  /** Waits for the next change of the control register that the unit makes. */
  get statusChange(): Waitable {
    return this.change;
  }

  /** The memory port of a name. Throws a SimulationError if there is none. */
  port(name: string): AxiMaster {
    return this.masters.get(name) ?? this.#missing("memory port", name, [...this.masters.keys()]);
  }

  /** The stream of a name, once it is connected. Throws a SimulationError if there is none. */
  stream(name: string): Fifo<Int32Array> {
    return this.streams.get(name) ?? this.#missing("connected stream", name, [...this.streams.keys()]);
  }

  /** Connects an outgoing stream to where another unit takes it in. */
  connectStream(name: string, sink: Fifo<Int32Array>): void {
    this.streams.set(name, sink);
  }

  /** Has `observer` hear of runs from now on, after those who came before it. */
  observe(observer: RunObserver): void {
    this.observers.push(observer);
  }

  /** Ends that. */
  unobserve(observer: RunObserver): void {
    const at = this.observers.indexOf(observer);
    if (at >= 0) this.observers.splice(at, 1);
  }

  /** What the kernel does. `ready` says that new arguments may be taken, for units with `ap_ctrl_chain`. */
  protected abstract execute(args: ArgumentValues, ready: () => void): Process;

  /** Starts a part of the kernel that runs beside `execute`; `join` it before the end. */
  protected fork<R>(name: string, part: () => Process<R>): { join(): Process<R> } {
    return this.sim.spawn(`${this.path}.${name}`, part, { clock: this.clock });
  }

  #readControl(): number {
    const value = this.registers.get("CTRL");
    if (!this.chained) this.registers.set("CTRL", value & ~Control.done);
    return value;
  }

  #writeControl(value: number): void {
    const { registers } = this;
    if (this.chained && (value & Control.continue) !== 0) this.#seen();
    // What is read is status; only start and auto-restart are the host's.
    const busy = this.running > 0;
    const status = (busy ? 0 : Control.idle) | (this.unseenEnds > 0 ? Control.done : 0);
    const starts = (value & Control.start) !== 0;
    registers.set("CTRL", status | (value & Control.autoRestart) | (busy || starts ? Control.start : 0));
    if (!starts) return;
    if (busy && !this.#takes) {
      this.lostStarts.add();
      return;
    }
    this.#start();
  }

  /** With ap_ctrl_chain: whether the run under way has taken its arguments and a new one may begin. */
  #takes = false;

  #seen(): void {
    if (this.unseenEnds > 0) this.unseenEnds--;
    if (this.unseenEnds === 0) this.registers.set("CTRL", this.registers.get("CTRL") & ~Control.done);
  }

  #start(): void {
    this.running++;
    this.#takes = false;
    this.registers.set("CTRL", (this.registers.get("CTRL") & ~(Control.idle | Control.done)) | Control.start);
    const run: UnitRun = {
      unit: this,
      number: ++this.started,
      startPs: this.sim.now,
      endPs: -1,
      label: "",
      mark: null,
    };
    for (const observer of this.observers) observer.started(run);
    this.sim.spawn(`${this.path}.run`, this.#run(run, this.#values()), { clock: this.clock });
  }

  #values(): Record<string, number> {
    const { registers } = this;
    const values: Record<string, number> = {};
    for (const { name, type, sizeBytes, pointer } of this.placed) {
      if (sizeBytes === 8) values[name] = registers.get(`${name}_1`) + registers.get(`${name}_2`) * 2 ** 32;
      else values[name] = scalar(registers.get(name), plain(type));
      if (!pointer && sizeBytes === 8 && values[name] >= 2 ** 63) values[name] -= 2 ** 64;
    }
    return values;
  }

  *#run(run: UnitRun, values: ArgumentValues): Process {
    const { params, registers } = this;
    for (const master of this.masters.values()) master.cause = run;
    if (this.activity.on) this.activity.emit(run.label || `run ${run.number}`);
    const begin = this.clock.cycles;
    const before = params.handshakeCycles >> 1;
    if (before > 0) yield before;
    yield* this.execute(values, () => this.#ready());
    if (params.handshakeCycles > before) yield params.handshakeCycles - before;
    this.busyCycles.add(this.clock.cycles - begin);
    this.running--;
    this.runs.add();
    run.endPs = this.sim.now;
    for (const observer of this.observers) observer.ended(run);
    if (this.activity.on) this.activity.emit(this.running > 0 ? `run ${this.started}` : "");
    if (this.chained) this.unseenEnds++;
    const idle = this.running === 0 ? Control.idle | Control.ready : 0;
    registers.set(
      "CTRL",
      (this.running === 0 ? 0 : Control.start) | Control.done | idle | (registers.get("CTRL") & Control.autoRestart),
    );
    this.change.notify();
    this.completions.completed(params.address);
    if (this.running === 0 && (registers.get("CTRL") & Control.autoRestart) !== 0) this.#start();
  }

  #ready(): void {
    if (!this.chained) return;
    this.#takes = true;
    this.registers.set("CTRL", (this.registers.get("CTRL") & ~Control.start) | Control.ready);
    this.change.notify();
  }

  #missing(what: string, name: string, known: readonly string[]): never {
    throw new SimulationError(
      `Cannot find ${what} ${name} of ${this.path}: it has ${known.length === 0 ? "none" : known.join(", ")}`,
    );
  }
}

function plain(type: string): string {
  return type.replace(/\bconst\b/g, " ").trim();
}

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

/** A register's word as its C type says. */
function scalar(word: number, type: string): number {
  if (type === "float") {
    floatBits[0] = word;
    return float[0];
  }
  if (/unsigned|uint|ushort/.test(type)) return word;
  if (/char/.test(type)) return (word << 24) >> 24;
  if (/short/.test(type)) return (word << 16) >> 16;
  return word | 0;
}
