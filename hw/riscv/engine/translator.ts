/**
 * Translates explored parts of the timing graph to WebAssembly.
 * @module
 */
import type { CoreVariant } from "../ri5cy/variants.ts";
import { type Block, ControlFlow } from "./control_flow.ts";
import type { FastMemory } from "./fast_memory.ts";
import { type Exit, FlowWriter } from "./flow_writer.ts";
import { LOCALS } from "./step_writer.ts";
import type { TimingNode } from "./timing_graph.ts";
import { wasmModule } from "./wasm_code.ts";

/** Places in the linear memory outside of which there is no code. */
export interface CodeRange {
  /** The first, */
  readonly low: number;
  /** and the one behind the last. */
  readonly high: number;
}

/** Translated code. */
export interface Translation {
  /**
   * Runs from the entry with a number until code ends, or the clock has reached a limit at a place at which it may be entered again, or another limit
   * at any place; gives the index of the node that comes next.
   */
  readonly run: (selector: number, limit: bigint, lastLimit: bigint) => number;
  /** Nodes at which it ends. */
  readonly exits: readonly Exit[];
  /** With visits counted: the blocks, in the order of their counters. */
  readonly counted: readonly Block[];
  /** The nodes that it stands for. */
  readonly nodes: readonly TimingNode[];
  /** Its size in bytes. */
  readonly bytes: number;
  /** Cycles by which it may run past its last limit. */
  readonly longestPath: number;
}

/**
 * Translates what was explored from some nodes on, as far as `isIn` lets it. The clock that the code keeps is cycles in the upper half of 64 bits and
 * instructions in the lower one.
 */
export function translate(
  entries: readonly TimingNode[],
  isIn: (node: TimingNode) => boolean,
  variant: CoreVariant,
  memory: FastMemory,
  code: CodeRange,
  countVisits: boolean,
): Translation {
  const flow = new ControlFlow(entries, isIn);
  const writer = new FlowWriter(flow, variant, memory, code, countVisits);
  writer.write();
  const pages = memory.bytes.length >>> 16;
  const { code: body, temporaries: more32 } = writer;
  const bytes = wasmModule(body, { parameters: ["i32", "i64", "i64"], locals32: LOCALS, locals64: 1, more32, pages });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: memory.memory } });
  const run = instance.exports.run as Translation["run"];
  const { exits, counted } = writer;
  const nodes = flow.blocks.flatMap(({ steps }) => steps.map(({ node }) => node));
  return { run, exits, counted, nodes, bytes: bytes.length, longestPath: flow.longestPath };
}
