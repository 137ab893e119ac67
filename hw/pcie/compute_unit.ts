/**
 * A compute unit: a kernel with its registers and memory ports.
 * @module
 */
import {
  type Counter,
  type Fifo,
  type Process,
  type ProcessHandle,
  SimulationError,
  type TracePoint,
  type Waitable,
} from "../../sim/mod.ts";
import { RegisterBlock, type RegisterEffects } from "../bus/register_block.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import { type Initiator, Protocol, type Target } from "../port.ts";
import { Mapped } from "../bus/access.ts";
import { type ArgumentValues, decodeArguments } from "./unit_arguments.ts";
import { StartSignal, StatusEvent } from "./unit_signals.ts";
import { UnitControl } from "./unit_control.ts";
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

export type { ArgumentValues } from "./unit_arguments.ts";

/** Place and cost of a unit. */
export interface ComputeUnitParams {
  /** Address in the card's register space. */
  readonly address: number;
  /** Cycles from the control register to the kernel's first step; those from its last to `ap_done` are in it, too. */
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
  /** Shape of its memory ports, where it differs from the usual one. */
  readonly ports: Partial<AxiMasterParams>;
  /** Makes one. */
  new (parent: Parent, name: string, params: Partial<ComputeUnitParams>, placement?: Placement): ComputeUnit;
}

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
      description: "from the control register to the first step; what follows the last one is in it, too",
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
  /** Time in which a run was under way; runs that overlap count each. */
  readonly busyTime: Counter = this.counter(
    "busy_time",
    "ps",
    "time in which a run was under way; overlapping runs count each",
  );
  /** Starts that found it busy, and were lost. */
  readonly lostStarts: Counter = this.counter("lost_starts", "start", "starts that found it busy and were lost");
  private readonly activity: TracePoint<string> = this.tracePoint("activity", {
    kind: "level",
    unit: "text",
    description: "the run that is under way",
    canonical: true,
  });
  private readonly masters = new Map<string, AxiMaster>();
  private readonly masterList: readonly AxiMaster[];
  private readonly peers: (readonly [stream: string, unit: ComputeUnit])[] = [];
  private readonly streams = new Map<string, Fifo<Int32Array>>();
  private readonly change: StatusEvent = new StatusEvent(this.sim, `${this.path}.status`, () => this.stands());
  private changes = 0;
  private readonly begun: StartSignal = new StartSignal(`a start of ${this.path}`);
  private readonly handshake: UnitControl;
  private readonly ready = () => {
    this.handshake.taken();
    this.#changed();
  };
  private worker: ProcessHandle<void> | null = null;
  private next: UnitRun | null = null;
  private started = 0;
  /** Sum of the times at which the runs under way have started. */
  private openStartsPs = 0;
  private readonly image: Uint32Array;
  private readonly wordOf: Uint8Array;
  /** The arguments, decoded; null if a register has changed since. */
  private values: ArgumentValues | null = null;
  /** Says what a run is called, where somebody wants to know: sets its `label` and `mark`. For drivers. */
  naming: (run: UnitRun) => void = () => {};
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
    this.image = new Uint32Array(imageBytes(this.placed) / 4);
    this.wordOf = new Uint8Array(this.image.length);
    this.handshake = new UnitControl(kernel.handshake === "ap_ctrl_chain");
    this.registers = new RegisterBlock<string>(
      this,
      "registers",
      hlsRegisters(this.placed, kernel.handshake ?? "ap_ctrl_hs"),
      {
        CTRL: { read: () => this.handshake.read(), write: (value) => this.#writeControl(value) },
        ...this.#argumentEffects(),
      },
    );
    const traced = this.sim.trace.all().find(({ path }) => path === this.registers.path)!;
    const { mapped } = this.registers;
    // The control register and arguments are what is accessed most: when nobody looks, straight to where they are kept.
    this.control = this.target("control", Mapped, {
      read: (offset, sizeBytes) =>
        offset !== 0 || sizeBytes !== 4 || traced.on ? mapped.read(offset, sizeBytes) : this.handshake.read(),
      write: (offset, sizeBytes, value) => {
        if (traced.on || sizeBytes !== 4) mapped.write(offset, sizeBytes, value);
        else if (this.wordOf[offset >> 2] === 1) this.#keep(offset >> 2, value);
        else if (offset === 0 && value === Control.start) this.#writeControl(value);
        else mapped.write(offset, sizeBytes, value);
      },
    });
    if (!this.handshake.chained) this.worker = this.process("run", () => this.#work());
    for (const { port } of this.placed) {
      if (port !== undefined && !this.masters.has(port)) this.masters.set(port, new AxiMaster(this, port, ports));
    }
    this.masterList = [...this.masters.values()];
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
    return this.handshake.running > 0;
  }

  /** Time in which runs were under way, up to now, in picoseconds; overlapping runs count each. */
  get activePs(): number {
    return this.busyTime.value + this.handshake.running * this.sim.now - this.openStartsPs;
  }

  /** How it stands, for reports: what the run under way waits for. */
  stands(): string {
    if (!this.busy) return `${this.path} is idle`;
    const wait = this.worker?.activity.waitsFor?.describe();
    const idle = this.peers.filter(([, unit]) => !unit.busy)
      .map(([stream, unit]) => `; ${unit.path}, at the other end of ${stream}, is idle: nobody has started it`);
    return `${this.path} is in run ${this.started}` + (wait === undefined ? "" : `, which waits for ${wait}`) +
      idle.join("");
  }

  /** Bytes of the register image that software packs. */
  get imageBytes(): number {
    return imageBytes(this.placed);
  }

  /** Changes of the control register that the unit has made so far. */
  get statusChanges(): number {
    return this.changes;
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

  /** Connects an outgoing stream to a port of another unit, which takes it in. */
  connectStream(name: string, sink: ComputeUnit, port: string): void {
    this.streams.set(name, sink.stream(port));
    this.peers.push([name, sink]);
    sink.peers.push([port, this]);
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

  #writeControl(value: number): void {
    const effect = this.handshake.write(value);
    if (effect === "lost start") this.lostStarts.add();
    else if (effect === "start") this.#start();
    // Of several ends that wait to be acknowledged, the next one shows.
    if ((value & Control.continue) !== 0 && this.handshake.finished) this.#changed();
  }

  #start(): void {
    this.handshake.begin();
    this.openStartsPs += this.sim.now;
    const run: UnitRun = {
      unit: this,
      number: ++this.started,
      startPs: this.sim.now,
      endPs: -1,
      label: "",
      mark: null,
    };
    if (this.activity.on || this.observers.length > 0) this.naming(run);
    for (const observer of this.observers) observer.started(run);
    if (this.activity.on) this.activity.emit(run.label || `run ${run.number}`);
    if (this.handshake.chained) {
      this.sim.spawn(`${this.path}.run`, this.#chainedRun(run, this.#arguments()), {
        clock: this.clock,
      });
    } else {
      this.next = run;
      this.begun.fire(this.params.handshakeCycles);
    }
  }

  /** With ap_ctrl_hs: one run after the other. */
  *#work(): Process {
    for (;;) {
      if (this.next === null) yield this.begun;
      else if (this.params.handshakeCycles > 0) yield this.params.handshakeCycles;
      const run = this.next!;
      this.next = null;
      for (let i = 0; i < this.masterList.length; i++) this.masterList[i].cause = run;
      yield* this.execute(this.#arguments(), this.ready);
      this.#ended(run);
    }
  }

  /** With ap_ctrl_chain: runs overlap. */
  *#chainedRun(run: UnitRun, values: ArgumentValues): Process {
    if (this.params.handshakeCycles > 0) yield this.params.handshakeCycles;
    for (const master of this.masterList) master.cause = run;
    yield* this.execute(values, this.ready);
    this.#ended(run);
  }

  /** Arguments are kept in one array, in the order of the registers. */
  #argumentEffects(): Record<string, RegisterEffects> {
    const effects: Record<string, RegisterEffects> = {};
    const keep = (name: string, word: number) => {
      this.wordOf[word] = 1;
      effects[name] = {
        read: () => this.image[word],
        write: (value) => this.#keep(word, value),
      };
    };
    for (const { name, offset, sizeBytes } of this.placed) {
      if (sizeBytes === 4) keep(name, offset >> 2);
      else {
        keep(`${name}_1`, offset >> 2);
        keep(`${name}_2`, (offset >> 2) + 1);
      }
    }
    return effects;
  }

  #keep(word: number, value: number): void {
    if (this.image[word] === value) return;
    this.image[word] = value;
    this.values = null;
  }

  /** The arguments as they stand in the registers. */
  #arguments(): ArgumentValues {
    return this.values ??= decodeArguments(this.placed, this.image);
  }

  #changed(): void {
    this.changes++;
    this.change.notify();
  }

  #ended(run: UnitRun): void {
    const { params, handshake } = this;
    handshake.end();
    this.runs.add();
    run.endPs = this.sim.now;
    this.busyTime.add(run.endPs - run.startPs);
    this.openStartsPs -= run.startPs;
    for (const observer of this.observers) observer.ended(run);
    if (this.activity.on) this.activity.emit(handshake.running > 0 ? `run ${this.started}` : "");
    this.#changed();
    this.completions.completed(params.address);
    if (handshake.restarts) this.#start();
  }

  #missing(what: string, name: string, known: readonly string[]): never {
    throw new SimulationError(
      `Cannot find ${what} ${name} of ${this.path}: it has ${known.length === 0 ? "none" : known.join(", ")}`,
    );
  }
}
