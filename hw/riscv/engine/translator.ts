/**
 * Translates explored parts of the timing graph to WebAssembly.
 * @module
 */
import type { CoreVariant } from "../ri5cy/variants.ts";
import { type Block, ControlFlow } from "./control_flow.ts";
import type { FastMemory } from "./fast_memory.ts";
import { type Exit, FlowWriter } from "./flow_writer.ts";
import { type CodeRange, LOCALS, LOCALS64 } from "./step_writer.ts";
import type { TimingNode } from "./timing_graph.ts";
import { wasmModule } from "./wasm_code.ts";

/** Translated code. */
export interface Translation {
  /**
   * Runs from the entry with a number until code ends, or the clock has reached a limit at a place at which it may be
   * entered again, or another limit at any place. Leaves the place of its exit, and gives what that says comes next.
   */
  readonly run: (selector: number) => number;
  /** Nodes at which it ends, in the order of their places. */
  readonly exits: readonly Exit[];
  /** With visits counted: the blocks, in the order of their counters. */
  readonly counted: readonly Block[];
  /** The nodes that it stands for. */
  readonly nodes: readonly TimingNode[];
  /** Cycles by which it may run past its last limit. */
  readonly longestPath: number;
}

/**
 * Translates what was explored from some nodes on, as far as `isIn` lets it. The clock that the code keeps is cycles in the
 * upper half of 64 bits and instructions in the lower one.
 *
 * @param code where there may be code
 * @param exitsAt where its exits will lie
 * @param visitsAt where the counters of its blocks lie, if visits are counted
 */
export function translate(
  entries: readonly TimingNode[],
  isIn: (node: TimingNode) => boolean,
  variant: CoreVariant,
  memory: FastMemory,
  code: CodeRange,
  exitsAt: number,
  visitsAt?: number,
): Translation {
  const flow = new ControlFlow(entries, isIn);
  const writer = new FlowWriter(flow, variant, memory, code, exitsAt, visitsAt);
  writer.write();
  const pages = memory.bytes.length >>> 16;
  const { code: body, temporaries: more32 } = writer;
  const own = { name: "run", parameters: 1, locals32: LOCALS, locals64: LOCALS64, more32, body };
  const bytes = wasmModule([own], { pages });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: memory.memory } });
  const run = instance.exports.run as Translation["run"];
  const { exits, counted } = writer;
  const nodes = flow.blocks.flatMap(({ steps }) => steps.map(({ node }) => node));
  return { run, exits, counted, nodes, longestPath: flow.longestPath };
}
