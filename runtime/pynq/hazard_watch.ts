/**
 * Tells the hazard detector what a host program and its cards do.
 * @module
 */
import type { AccessObserver, CardAccess } from "../../hw/pcie/memory_bank.ts";
import type { ComputeUnit, RunObserver, UnitRun } from "../../hw/pcie/compute_unit.ts";
import { type Hazard, HazardDetector, type HazardOptions } from "../../hw/pcie/hazard_detector.ts";
import { HazardRun } from "../../hw/pcie/hazard_run.ts";
import type { ProgramObserver, Pynq } from "./pynq.ts";
import type { BufferObject, BufferObserver, SyncDirection } from "./xrt/driver.ts";

/** A hazard detector that listens to a program, from when it is made until `stop`. It changes no cycle. */
export class HazardWatch implements ProgramObserver, BufferObserver, AccessObserver {
  private readonly detector: HazardDetector;
  private readonly pynq: Pynq;
  private readonly listener: RunObserver;
  private readonly runs = new Map<unknown, HazardRun>();

  /** Listens to a program and all its cards. Of buffers that are there already, all counts as written. */
  constructor(pynq: Pynq, options: HazardOptions = {}) {
    this.detector = new HazardDetector(options);
    this.pynq = pynq;
    this.listener = { started: (run) => this.#started(run), ended: (run) => this.#ended(run) };
    this.resume();
    for (const { driver } of pynq.devices) for (const buffer of driver.buffers) this.#known(buffer);
  }

  /** Listens again. Nothing may run when it does. */
  resume(): void {
    const { pynq } = this;
    pynq.observer = this;
    for (const { driver } of pynq.devices) {
      driver.observer = this;
      const { card } = driver;
      for (const bank of card.banks.values()) bank.observe(this);
      for (const { units } of card.roles.values()) for (const unit of units) unit.observe(this.listener);
    }
  }

  /** Does not listen until `resume`. Nothing may run when it stops. */
  pause(): void {
    this.pynq.observer = null;
    for (const { driver } of this.pynq.devices) {
      driver.observer = null;
      for (const bank of driver.card.banks.values()) bank.observe(null);
      for (const { units } of driver.card.roles.values()) for (const unit of units) unit.unobserve(this.listener);
    }
  }

  /** What was found so far. */
  get hazards(): readonly Hazard[] {
    return this.detector.hazards;
  }

  /** Runs that are kept for comparison. */
  get kept(): number {
    return this.detector.kept;
  }

  /** Ends the listening; gives what was found. */
  stop(): readonly Hazard[] {
    this.pause();
    return this.detector.hazards;
  }

  /** A run will be started. */
  launches(_unit: ComputeUnit, label: string, after: readonly unknown[]): HazardRun {
    return this.detector.launch(label, after.filter((mark) => mark instanceof HazardRun));
  }

  /** The program has waited for a run. */
  waited(mark: unknown): void {
    if (mark instanceof HazardRun) this.detector.hostWaited(mark);
  }

  /** The program looks at a stale copy. */
  staleLook(buffer: BufferObject, offset: number, sizeBytes: number, writtenBy: string): void {
    this.detector.staleLook(buffer, offset, sizeBytes, writtenBy);
  }

  /** A buffer has come into being. */
  allocated(buffer: BufferObject): void {
    this.detector.allocate(buffer, () => buffer.name, buffer.address, buffer.sizeBytes);
  }

  /** A buffer is given back. */
  freed(buffer: BufferObject): void {
    this.detector.free(buffer);
  }

  /** A transfer begins. */
  syncBegins(buffer: BufferObject, direction: SyncDirection): HazardRun {
    const run = this.detector.launch(`sync ${direction} of ${buffer.name}`, [], true);
    this.detector.begin(run, null);
    this.runs.set(run, run);
    return run;
  }

  /** The transfer is over; the program has waited for it. */
  syncEnds(cause: unknown): void {
    if (!(cause instanceof HazardRun)) return;
    this.runs.delete(cause);
    this.detector.end(cause);
    this.detector.hostWaited(cause);
  }

  /** A bank has served a burst. */
  accessed({ cause, initiator, address, data, write, firstPs }: CardAccess): void {
    const run = this.runs.get(cause);
    if (run !== undefined) this.detector.access(run, initiator, address, data.byteLength, write, firstPs);
  }

  /** A buffer from before: somebody has written it, the host for all that is known. */
  #known(buffer: BufferObject): void {
    this.allocated(buffer);
    const run = this.detector.launch(`what was in ${buffer.name}`, [], true);
    this.detector.begin(run, null);
    this.detector.access(run, "before", buffer.address, buffer.sizeBytes, true, this.pynq.sim.now);
    this.detector.end(run);
    this.detector.hostWaited(run);
  }

  #started(unitRun: UnitRun): void {
    const { unit, mark, label, number } = unitRun;
    const run = mark instanceof HazardRun ? mark : this.detector.launch(label || `${unit.name} run ${number}`, []);
    this.detector.begin(run, unit);
    this.runs.set(unitRun, run);
  }

  #ended(unitRun: UnitRun): void {
    const run = this.runs.get(unitRun);
    this.runs.delete(unitRun);
    if (run !== undefined) this.detector.end(run);
  }
}
