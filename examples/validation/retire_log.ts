/**
 * When instructions of a program on the eight-core board leave decode.
 * @module
 */
import { ClusterBench } from "../../hw/platforms/cluster_bench.ts";
import { assemble } from "../../hw/riscv/isa/assembler.ts";
import { type CoreName, coreVariants } from "../../hw/riscv/ri5cy/variants.ts";

/** Cycles in which the instructions of a run left decode. */
export class RetireLog {
  readonly #symbol: (label: string) => number;
  /** Addresses and cycles, one list for each core. */
  readonly #retired: { readonly pc: number; readonly cycle: number }[][] = [];

  /** Runs a program, which all cores begin at its start, to its end. */
  constructor(name: string, source: string, core: CoreName) {
    const program = assemble(source, { base: 0x1c00_0080, file: name });
    this.#symbol = (label) => program.symbol(label);
    const board = new ClusterBench(coreVariants[core], program);
    board.onRetire = (index, cycle, pc) => (this.#retired[index] ??= []).push({ pc: pc >>> 0, cycle });
    board.run();
  }

  /** Cycles in which a core's instruction at a label left decode. */
  cyclesAt(label: string, core: number): readonly number[] {
    const address = this.#symbol(label);
    return this.#retired[core].filter(({ pc }) => pc === address).map(({ cycle }) => cycle);
  }

  /** The cycle in which the instruction after the one at a label left decode, the first time. */
  cycleAfter(label: string, core: number): number {
    const address = this.#symbol(label);
    const log = this.#retired[core];
    return log[log.findIndex(({ pc }) => pc === address) + 1].cycle;
  }
}
