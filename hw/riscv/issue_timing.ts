/**
 * What instructions cost on RI5CY when every fetch is ideal: the rules, each number once.
 * @module
 */
import type { ParamTable } from "../params.ts";

/** Costs of instructions, in cycles of the core's clock. */
export interface IssueParams {
  /** Cycles that an instruction occupies the decode stage. */
  readonly issueCycles: number;
  /** Added when an instruction uses, or overwrites, what the load right before it loads. */
  readonly loadUseCycles: number;
  /** Added to a taken branch. */
  readonly takenBranchCycles: number;
  /** Added to jal and jalr, from the cycle in which their target is known; a wait in decode hides it. */
  readonly jumpCycles: number;
  /** Added to jalr when the instruction right before computes its register. */
  readonly jalrAluHazardCycles: number;
  /** Added to jalr when a load right before loads its register. */
  readonly jalrLoadHazardCycles: number;
  /** Added to jalr whose link register is the one that it jumps through. */
  readonly jalrSelfCycles: number;
  /** Added to an access to mstatus, which flushes the pipeline. */
  readonly statusCycles: number;
  /** Added to fence and fence.i, which flush the pipeline and fetch anew. */
  readonly fenceCycles: number;
  /** Added to mulh, mulhsu and mulhu. */
  readonly mulhCycles: number;
  /** Least cycles of a division, to which the leading zeros of the divisor are added. */
  readonly divideCycles: number;
}

const measured = "RTL simulation of RI5CY be1fdf50 (pulpissimo-v3.4.0), ID-exit trace";

/** RI5CY of November 2019, the core that GAP8 is taken to have. */
export const issueParams: ParamTable<IssueParams> = {
  issueCycles: { default: 1, unit: "cycle", description: "each instruction in decode", source: measured },
  loadUseCycles: { default: 1, unit: "cycle", description: "use of a load's result at distance 1", source: measured },
  takenBranchCycles: { default: 2, unit: "cycle", description: "extra cost of a taken branch", source: measured },
  jumpCycles: { default: 1, unit: "cycle", description: "extra cost of a jump", source: measured },
  jalrAluHazardCycles: {
    default: 1,
    unit: "cycle",
    description: "jalr on a register computed right before",
    source: measured,
  },
  jalrLoadHazardCycles: {
    default: 2,
    unit: "cycle",
    description: "jalr on a register loaded right before",
    source: measured,
  },
  jalrSelfCycles: {
    default: 1,
    unit: "cycle",
    description: "jalr that overwrites the register it jumps through",
    source: measured,
  },
  statusCycles: { default: 3, unit: "cycle", description: "extra cost of an access to mstatus", source: measured },
  fenceCycles: { default: 3, unit: "cycle", description: "extra cost of fence and fence.i", source: measured },
  mulhCycles: { default: 4, unit: "cycle", description: "extra cost of mulh, mulhsu, mulhu", source: measured },
  divideCycles: {
    default: 3,
    unit: "cycle",
    description: "division by a divisor without leading zeros",
    source: measured,
  },
};
