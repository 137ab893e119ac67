/**
 * What the embedded scheduler's loop costs, step by step.
 * @module
 */
import type { ParamTable } from "../params.ts";

/** Size of the queue and what each step of the loop costs. */
export interface EmbeddedSchedulerParams {
  /** Address of the queue in the card's register space, by which units are told apart from it. */
  readonly queueBytes: number;
  /** Interrupt vector for completions. */
  readonly vector: number;
  /** A visit to a free slot. */
  readonly freeVisitCycles: number;
  /** A visit to a command whose unit is busy. */
  readonly queuedVisitCycles: number;
  /** A visit to a command whose unit still runs. */
  readonly runningVisitCycles: number;
  /** Taking in a command. */
  readonly acceptCycles: number;
  /** Starting a unit, when hardware copies the arguments. */
  readonly startCycles: number;
  /** Copying one word of the arguments, by hardware. */
  readonly dmaWordCycles: number;
  /** Copying one word of the arguments, by the processor. */
  readonly copyWordCycles: number;
  /** Finding a unit done and telling the host. */
  readonly completeCycles: number;
}

const assumed = (low: number, high: number, what: string) => `assumed (${low} to ${high}: ${what})`;

/** Defaults; no measurement of the firmware is public. */
export const schedulerParams: ParamTable<EmbeddedSchedulerParams> = {
  queueBytes: { default: 0x1_0000, unit: "B", description: "size of the command queue", source: "XRT 2019.2, ert.h" },
  vector: { default: 0, unit: "1", description: "interrupt vector for completions", source: "of our own" },
  freeVisitCycles: {
    default: 30,
    unit: "cycle",
    description: "a visit to a free slot",
    source: assumed(15, 80, "a read across the bus, a test and a branch on a MicroBlaze"),
  },
  queuedVisitCycles: {
    default: 20,
    unit: "cycle",
    description: "a visit to a command whose unit is busy",
    source: assumed(10, 60, "a test in local memory"),
  },
  runningVisitCycles: {
    default: 40,
    unit: "cycle",
    description: "a visit to a command whose unit runs",
    source: assumed(20, 100, "a read of the unit's control register across the bus"),
  },
  acceptCycles: {
    default: 40,
    unit: "cycle",
    description: "taking in a command",
    source: assumed(20, 100, "header and mask"),
  },
  startCycles: {
    default: 40,
    unit: "cycle",
    description: "starting a unit, apart from its arguments",
    source: assumed(20, 100, "two writes across the bus"),
  },
  dmaWordCycles: {
    default: 1,
    unit: "cycle",
    description: "copying a word of the arguments, by hardware",
    source: assumed(1, 10, "the CU DMA block"),
  },
  copyWordCycles: {
    default: 25,
    unit: "cycle",
    description: "copying a word of the arguments, by the processor",
    source: assumed(10, 50, "a read and a write across the bus"),
  },
  completeCycles: {
    default: 40,
    unit: "cycle",
    description: "telling the host that a command is done",
    source: assumed(20, 100, "a write across the bus"),
  },
};
