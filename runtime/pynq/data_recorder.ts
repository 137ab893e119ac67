/**
 * Samples sensors while a program runs.
 * @module
 */
import { type Process, type ProcessHandle, SimulationError } from "../../sim/mod.ts";
import type { Pynq } from "./pynq.ts";
import type { Sensor } from "./sensors.ts";

/** One sample of all sensors. */
export interface Frame {
  /** When, in simulated seconds. */
  readonly seconds: number;
  /** How often `mark` was called before. */
  readonly mark: number;
  /** Values by the sensors' names. */
  readonly values: Readonly<Record<string, number>>;
}

/** Samples sensors at an interval (`pynq.pmbus.DataRecorder`). */
export class DataRecorder {
  private readonly pynq: Pynq;
  private readonly sensors: readonly Sensor[];
  private readonly samples: Frame[] = [];
  private marks = 0;
  private sampling: ProcessHandle<void> | null = null;
  private started = 0;

  /** A recorder that is stopped. */
  constructor(pynq: Pynq, ...sensors: readonly Sensor[]) {
    this.pynq = pynq;
    this.sensors = sensors;
  }

  /** The samples so far (`frame`). */
  get frame(): readonly Frame[] {
    return this.samples;
  }

  /** Samples every `intervalSeconds` from now on. Throws a SimulationError if it does already. */
  record(intervalSeconds: number): void {
    if (this.sampling !== null) {
      throw new SimulationError("Cannot record: the recorder is recording already; stop() it first");
    }
    const { sim, host, client } = this.pynq;
    const name = `${host.path}.${client.name}_recorder${this.started++}`;
    this.sampling = sim.spawn(name, () => this.#sample(intervalSeconds), { background: true });
  }

  /** Has the samples from now on counted as another phase (`mark`). */
  mark(): void {
    this.marks++;
  }

  /** Ends the recording; the samples stay. */
  stop(): void {
    this.sampling?.cancel();
    this.sampling = null;
  }

  /** Forgets the samples and marks. */
  reset(): void {
    this.samples.length = 0;
    this.marks = 0;
  }

  *#sample(intervalSeconds: number): Process {
    const { sim, host } = this.pynq;
    for (;;) {
      const values: Record<string, number> = {};
      const seconds = sim.now / 1e12;
      for (const sensor of this.sensors) values[sensor.name] = yield* sensor.value();
      this.samples.push({ seconds, mark: this.marks, values });
      yield host.time(intervalSeconds * 1e9);
    }
  }
}
