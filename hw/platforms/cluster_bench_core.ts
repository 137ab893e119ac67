/**
 * A core of the eight-core board, with its ideal instruction memory.
 * @module
 */
import type { TcdmInterconnect } from "../bus/tcdm_interconnect.ts";
import type { Hart } from "../riscv/ri5cy/hart.ts";
import { type FetchPort, Ri5cyPipeline } from "../riscv/ri5cy/pipeline.ts";
import type { CoreVariant } from "../riscv/ri5cy/variants.ts";

/** Where the cores start, and what their instruction memory holds. */
const RESET_ADDRESS = 0x1c00_0080, CODE_BASE = 0x1c00_0000;

/** Who serves a core's access. */
export const Destination = { none: 0, l1: 1, events: 2, dma: 3, exit: 4 } as const;

/** One core: its pipeline, its fetches, and what it has done until it ended. */
export class ClusterBenchCore implements FetchPort {
  /** The core itself. */
  readonly pipeline: Ri5cyPipeline;
  /** Its number. */
  readonly index: number;
  /** Status word that its program stored; undefined while it runs. */
  exitCode: number | undefined;
  /** Cycles until it ended, the last included; 0 while it runs. */
  cycles = 0;
  /** Instructions that left decode. */
  retired = 0;
  /** Cycles in which the event unit had its clock off. */
  clockOff = 0;
  /** Who has its access, see {@linkcode Destination}. */
  destination = 0;
  /** Whether it does nothing but wait for an event load's answer. */
  idle = false;
  /** Address of the illegal instruction that trapped last, if one has, */
  illegalPc: number | undefined;
  /** and its word. */
  illegalWord: number | undefined;

  /** The last cycle that has passed for it; ahead of the board's if it comes from an engine that ran ahead. */
  cycle: number = -1;
  /** Whether the words that it fetched arrive in the next cycle, */
  fetching = false;
  /** those at this address. */
  fetchAddress = 0;
  /** Whether the answer to its access arrives in the next cycle. */
  answered = false;

  readonly #code: Int32Array;
  readonly #interconnect: TcdmInterconnect;

  /** A core before its first cycle; `code` is what it fetches from. */
  constructor(variant: CoreVariant, index: number, code: Int32Array, interconnect: TcdmInterconnect, hart?: Hart) {
    this.index = index;
    this.#code = code;
    this.#interconnect = interconnect;
    this.pipeline = new Ri5cyPipeline(variant, this, { core: index, cluster: 0, bootAddress: RESET_ADDRESS }, hart);
  }

  /** Accesses to L1 that were granted. */
  get tcdm(): number {
    return this.#interconnect.granted[this.index];
  }

  /** Cycles in which it asked for L1 and was refused. */
  get refused(): number {
    return this.#interconnect.refused[this.index];
  }

  /** Answers a fetch: granted at once, data in the next cycle. */
  request(address: number): boolean {
    this.fetchAddress = address;
    this.fetching = true;
    return true;
  }

  /** First half of a cycle; whether there is an access that nobody has yet. */
  begin(): boolean {
    const { lsu, prefetcher } = this.pipeline;
    prefetcher.dataValid = this.fetching;
    if (this.fetching) {
      this.fetching = false;
      const { data } = prefetcher;
      const from = this.fetchAddress - CODE_BASE >>> 2;
      const code = this.#code;
      for (let i = 0; i < data.length; i++) data[i] = from + i < code.length ? code[from + i] : 0;
    }
    lsu.answered = this.answered;
    this.pipeline.begin();
    return lsu.request && this.destination === 0;
  }

  /** Second half, with the access granted or not. */
  finish(): void {
    const { pipeline } = this;
    const { lsu, prefetcher } = pipeline;
    pipeline.finish();
    this.answered = lsu.granted;
    this.idle = lsu.request && lsu.isEvent && !prefetcher.dataValid && !this.fetching;
  }
}
