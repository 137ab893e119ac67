/**
 * The component of the tutorial `docs/first-component.md`.
 * @module
 */
import { Component, type Initiator, Memory, type ParamTable } from "@escapement/escapement/hw";
import type { Counter, Fifo, Line, Process, TracePoint } from "@escapement/escapement/sim";

/** A block of words to add up. */
export interface SumJob {
  /** Address of the first word. */
  readonly from: number;
  /** Number of words. */
  readonly words: number;
}

/** Sizes and costs of a summer. */
export interface SummerParams {
  /** Jobs that can wait. */
  readonly depth: number;
  /** From a job to its first read. */
  readonly setupCycles: number;
  /** One addition. */
  readonly addCycles: number;
}

/** Adds up blocks of words in a memory, one block after the other. */
export class Summer extends Component<SummerParams> {
  /** Sizes and costs. */
  static override readonly params: ParamTable<SummerParams> = {
    depth: { default: 2, unit: "job", description: "jobs that can wait", source: "assumed", min: 1 },
    setupCycles: { default: 3, unit: "cycle", description: "from a job to its first read", source: "assumed" },
    addCycles: { default: 1, unit: "cycle", description: "one addition", source: "assumed" },
  };

  /** Where others leave jobs. */
  readonly jobs: Fifo<SumJob> = this.fifo("jobs", this.params.depth);
  /** Where it leaves the sums, modulo 2^32, in the order of the jobs. */
  readonly sums: Fifo<number> = this.fifo("sums", this.params.depth);
  /** The memory that it reads. */
  readonly memory: Initiator<Memory> = this.initiator("memory", Memory);
  /** Pulses when a sum is ready. */
  readonly done: Line = this.line("done");
  /** Words added since reset. */
  readonly added: Counter = this.counter("added", "word", "words added since reset");
  /** Whether it works on a job. */
  readonly busy: TracePoint<boolean> = this.tracePoint("busy", {
    kind: "level",
    unit: "bool",
    description: "works on a job",
  });

  /** Takes jobs for ever. */
  protected override *run(): Process {
    for (;;) {
      const { from, words } = yield* this.jobs.take();
      this.busy.emit(true);
      yield this.params.setupCycles;
      let sum = 0;
      for (let word = 0; word < words; word++) {
        const value = yield* this.memory.read32(from + 4 * word);
        yield this.params.addCycles;
        sum = (sum + value) >>> 0;
        this.added.add();
      }
      this.busy.emit(false);
      yield* this.sums.put(sum);
      this.done.pulse();
    }
  }
}
