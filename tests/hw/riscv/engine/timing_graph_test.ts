import { assert, assertEquals } from "@std/assert";
import {
  DECIDE,
  ESCAPE,
  EXECUTE,
  TimingGraph,
  type TimingNode,
  UNKNOWN,
} from "../../../../hw/riscv/engine/timing_graph.ts";
import { FastMemory } from "../../../../hw/riscv/engine/fast_memory.ts";
import { ASK_DIVISOR, ASK_TARGET, TimingOracle } from "../../../../hw/riscv/engine/timing_oracle.ts";
import { Hart } from "../../../../hw/riscv/ri5cy/hart.ts";
import { Ri5cyPipeline } from "../../../../hw/riscv/ri5cy/pipeline.ts";
import { StateWriter } from "../../../../hw/riscv/ri5cy/state_writer.ts";
import { type CoreVariant, coreVariants, withIdealFetch, withQuirks } from "../../../../hw/riscv/ri5cy/variants.ts";
import { cases, seed as firstSeed } from "../../../sampling.ts";
import { type Random, randomOf } from "../random_firmware.ts";
import { CORES, pick } from "../random_program.ts";

/** Pieces of code, nodes that are looked at in each, and the first one's seed. */
const PIECES = cases(100, 3_000), NODES = 1500;
const FIRST = cases(firstSeed, 1 + (firstSeed - 1) * PIECES);
/** Words of a piece of code, which the address space is full of. */
const WORDS = 256;
/** Where the lower two bits of registers are in a long instruction, and all that is no register. */
const FEW_REGISTERS = 0xfe00_7000 | 0x0031_81ff;

/** Where graphs lie, one after the other. */
const MEMORY = new FastMemory([]);

const ideal = withIdealFetch(coreVariants.ri5cy_2019_11);
const VARIANTS: readonly CoreVariant[] = [
  ...CORES.map((name) => coreVariants[name]),
  ideal,
  withQuirks(coreVariants.ri5cy_2019_11_fetch128, { ghostMultiplication: true, falseLoadHazard: true }),
  withQuirks(coreVariants.ri5cy_2018_01_fetch128, { doubleGhost: false, repeatedDivision: false }),
];

type Code = (address: number) => number;

/** Instructions of all kinds, most of them such that nothing ends there; with few registers, so that they meet. */
function randomCode(random: Random, { instructions }: CoreVariant): Code {
  const rows = instructions.instructions.filter(({ timing }) =>
    !["csr", "ecall", "ebreak", "mret", "wfi", "fence", "eventLoad", "hwloop"].includes(timing) || random(40) === 0
  );
  const slow = rows.filter(({ timing }) => ["div", "mulh", "jump", "jumpRegister", "branch"].includes(timing));
  const memory = rows.filter(({ syntax }) => syntax.includes("("));
  const halves: number[] = [];
  const few = random(3) > 0, short = random(2) === 0;
  while (halves.length < 2 * WORDS) {
    const row = pick(random, pick(random, [rows, rows, slow, memory]));
    const { mask, match, size } = instructions.encodingOf(row);
    if (size === 2 && !short && random(10) > 0) continue;
    const bits = random(2 ** 16) << 16 | random(2 ** 16);
    const word = bits & ~mask & (few && size === 4 ? FEW_REGISTERS : -1) | match;
    if (instructions.decode(word >>> 0) === undefined) continue;
    halves.push(word & 0xffff);
    if (size === 4) halves.push(word >>> 16);
  }
  const words = Int32Array.from({ length: WORDS }, (_, index) => halves[2 * index] | halves[2 * index + 1] << 16);
  return (address) => words[address >>> 2 & WORDS - 1];
}

/** A state in which the pipeline may be, as engines have it; undefined if none came. */
function randomState(random: Random, variant: CoreVariant, code: Code): StateWriter | undefined {
  let fetching = -1, answered = false;
  const port = {
    request(address: number): boolean {
      if (variant.fetchBits !== "ideal" && random(4) === 0) return false;
      fetching = address;
      return true;
    },
  };
  const hart = new Hart();
  const bootAddress = 0x1c00_0000 + 2 * random(2 * WORDS);
  const core = new Ri5cyPipeline(variant, port, { core: 0, cluster: 0, bootAddress }, hart);
  for (let cycles = 8 + random(30); cycles > -50; cycles--) {
    const { prefetcher, lsu } = core;
    prefetcher.dataValid = fetching >= 0;
    if (fetching >= 0) {
      for (let i = 0; i < prefetcher.words; i++) prefetcher.data[i] = code(fetching + 4 * i);
    }
    fetching = -1;
    lsu.answered = answered;
    core.begin();
    answered = lsu.granted = lsu.request && random(3) > 0;
    core.finish();
    if (cycles > 0 || !core.canSave || !core.retired) continue;
    const state = new StateWriter().add(fetching >= 0 ? 1 : 0).add(fetching >= 0 ? fetching : 0);
    state.add(answered ? 1 : 0).add(hart.loopStart[0]).add(hart.loopStart[1]).add(hart.loopEnd[0]).add(hart.loopEnd[1]);
    core.save(state);
    return state;
  }
}

/** Looks at what can come of a state, whatever the data; gives the nodes. */
function explore(random: Random, graph: TimingGraph, state: StateWriter, nodes: number): number {
  const met = new Set([graph.node(state)]);
  const open = [...met];
  const go = (node: TimingNode) => {
    if (met.has(node)) return;
    met.add(node);
    open.push(node);
  };
  while (open.length > 0 && met.size < nodes) {
    const [node] = open.splice(random(open.length), 1);
    graph.look(node.id);
    if (node.kind === ESCAPE) continue;
    const { question } = node;
    if (question === undefined) go(node.next[0][1]);
    else {
      for (let i = 0; i < 3; i++) {
        const { kind } = question;
        const target = 0x1c00_0000 + random(4 * WORDS);
        const answer = kind === ASK_TARGET
          ? target
          : kind === ASK_DIVISOR
          ? pick(random, [0, 1, 2, 31, 32])
          : random(2);
        go(graph.at(graph.follow(node.id, answer)));
      }
    }
    assert(node.kind === DECIDE || node.kind === EXECUTE || question === undefined);
  }
  return met.size;
}

Deno.test("TimingGraph: passages that are known from elsewhere are those of the pipeline, on random code", () => {
  const verified = new Map<CoreVariant, number>();
  let nodes = 0;
  for (let seed = FIRST; seed < FIRST + PIECES; seed++) {
    const random = randomOf(seed);
    const variant = pick(random, VARIANTS);
    const code = randomCode(random, variant);
    let compared = 0;
    for (let i = 0; i < 4; i++) {
      const state = randomState(random, variant, code);
      const options = { code, observed: random(3) === 0, shared: random(3) === 0, verifies: true };
      const graph = new TimingGraph(variant, MEMORY, () => {}, options);
      try {
        if (state !== undefined) nodes += explore(random, graph, state, NODES);
      } catch (error) {
        throw new Error(`code ${seed} on ${variant.name}: ${(error as Error).message}`);
      }
      compared += graph.verified;
    }
    verified.set(variant, (verified.get(variant) ?? 0) + compared);
  }
  // What the early release leaves in its 32-bit buffer keeps its passages from being like others.
  for (const variant of VARIANTS) {
    const some = verified.get(variant)! > 100;
    assert(some === (variant !== coreVariants.ri5cy_2018_01), `${variant.name}: ${verified.get(variant)} of ${nodes}`);
  }
});

Deno.test("TimingGraph: what is known of code that others write over holds for those who are in the middle of it, and for no others, on random code", () => {
  let compared = 0;
  for (let seed = FIRST; seed < FIRST + PIECES; seed++) {
    const random = randomOf(seed);
    const variant = pick(random, VARIANTS);
    const before = randomCode(random, variant), after = randomCode(random, variant);
    const changed = new Set(Array.from({ length: WORDS / 8 }, () => random(WORDS)));
    let isChanged = false;
    const code = (address: number) => (isChanged && changed.has(address >>> 2 & WORDS - 1) ? after : before)(address);
    const state = randomState(random, variant, code);
    if (state === undefined) continue;
    const graph = new TimingGraph(variant, MEMORY, () => {}, { code, shared: true });
    explore(random, graph, state, 150);
    const nodes = Array.from({ length: graph.count }, (_, node) => graph.at(node));
    const states = nodes.map((node) => graph.stateOf(node).slice(0, state.length));
    isChanged = true;
    // What the pipeline does from here on, with what it holds of the code before.
    const oracle = new TimingOracle(variant, code, () => {}, false, true);
    nodes.forEach((node, index) => {
      assertEquals(graph.stateOf(node).slice(0, state.length), states[index], `code ${seed} on ${variant.name}`);
      if (node.kind !== UNKNOWN) return;
      const kind = graph.look(node.id);
      const passage = oracle.pass(states[index], node.answers);
      if (kind === ESCAPE) return assert(passage.escapes || passage.op.isLoop);
      compared++;
      assertEquals(node.question, passage.question);
      if (kind === DECIDE) return;
      assertEquals(node.cycles, passage.cycles);
      if (passage.question !== undefined) return;
      const end = Array.from(graph.stateOf(node.next[0][1]).subarray(0, state.length));
      assertEquals(end, Array.from(passage.state.words.subarray(0, state.length)), `code ${seed} on ${variant.name}`);
    });
  }
  assert(compared > 100, `${compared}`);
});
