/**
 * One core with firmware written as a generator: how fast it issues.
 * @module
 */
import { type FcRuntime, Gap8System, type Main, reg } from "../runtime/gap8/mod.ts";
import { type Bench, perCpuSecond } from "./bench.ts";

const ROUNDS = 500_000;

/** Instructions per second of the fabric controller. */
function issueRate(main: Main): number {
  return perCpuSecond(() => new Gap8System().run(main).cores[0].instructions);
}

/** Sixteen additions a round: plain calls, between which the kernel is not involved. */
function* additions(rt: FcRuntime) {
  const { core } = rt;
  core.li(reg.a2, yield* rt.alloc("fcData", 4));
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < 16; i++) core.add(reg.a0, reg.a0, reg.a1);
    yield* core.lw(reg.a1, reg.a2);
  }
}

/** Loads, stores and additions, one after the other, in the fabric controller's own memory. */
function* accesses(rt: FcRuntime) {
  const { core } = rt;
  core.li(reg.a0, yield* rt.alloc("fcData", 64));
  for (let round = 0; round < ROUNDS; round++) {
    yield* core.lw(reg.t0, reg.a0);
    core.addi(reg.t0, reg.t0, 1);
    yield* core.sw(reg.t0, reg.a0);
  }
}

/** The core's rows. */
export const benches: readonly Bench[] = [
  {
    name: "core.firmware.alu",
    unit: "instructions/s",
    better: "higher",
    note: "generator firmware on the fabric controller: 16 additions, then a load",
    run: () => issueRate(additions),
  },
  {
    name: "core.firmware.memory",
    unit: "instructions/s",
    better: "higher",
    note: "generator firmware on the fabric controller: a load, an addition, a store, in its own memory",
    run: () => issueRate(accesses),
  },
];
