/**
 * The component that the tests of the hardware description share: it has one of everything.
 * @module
 */
import type { Counter, Fifo, Line, Process } from "../../sim/mod.ts";
import { Component, type Initiator, Memory, type ParamTable } from "../../hw/mod.ts";

export interface CopyJob {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

export interface CopierParams {
  readonly depth: number;
  readonly setupCycles: number;
}

/** Copies blocks between two memories; one job in flight, `depth` queued. */
export class Copier extends Component<CopierParams> {
  static override readonly params: ParamTable<CopierParams> = {
    depth: { default: 2, unit: "job", description: "jobs that can be queued", source: "assumed", min: 1, max: 16 },
    setupCycles: { default: 3, unit: "cycle", description: "from job to first read", source: "assumed" },
  };

  /** Where firmware leaves jobs. */
  readonly jobs: Fifo<CopyJob> = this.fifo("jobs", this.params.depth);
  /** The memory it reads and writes. */
  readonly memory: Initiator<Memory> = this.initiator("memory", Memory);
  /** Pulses for one cycle when a job is done. */
  readonly done: Line = this.line("done");
  /** Bytes copied since reset. */
  readonly copied: Counter = this.counter("copied", "B", "bytes copied since reset");

  protected override *run(): Process {
    for (;;) {
      const job = yield* this.jobs.take();
      yield this.params.setupCycles;
      for (let at = 0; at < job.bytes; at += 4) {
        const word = yield* this.memory.read32(job.from + at);
        yield* this.memory.write32(job.to + at, word);
        this.copied.add(4);
      }
      this.done.pulse();
    }
  }
}
