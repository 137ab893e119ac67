/**
 * The part of the timing graph that is gone through for each new instruction: WebAssembly, so that code that runs once does
 * not wait for a compiler. What it does not know it asks for.
 * @module
 */
import { JUMP_JAL, JUMP_JALR } from "../ri5cy/micro_operation.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import type { FastMemory } from "./fast_memory.ts";
import * as record from "./record.ts";
import { ASK_CROSSING, ASK_DIVISOR, ASK_TAKEN } from "./timing_oracle.ts";
import * as page from "./timing_page.ts";
import {
  FROM_LOADED,
  FROM_OPERATION,
  FROM_WRITTEN,
  FROM_WRITTEN_BACK,
  HELD_OPERATION,
  HOLDS_FETCHED,
  HOLDS_OPERATION,
} from "./timing_passages.ts";
import { lineBytes } from "./timing_shapes.ts";
import { NODES_TEXT, PASSAGES_TEXT, RECORDS_TEXT, VIEW_TEXT } from "./timing_text.ts";
import { compileText } from "./wasm_text.ts";
import { type FunctionImport, wasmModule } from "./wasm_code.ts";

/** Bytes that a passage's fetch hands out at most, and what it looks at behind them. */
const REACH_BYTES = 16;
/** Instructions that the fetch looks at in a passage: as a rule, and if it also has to bring the one that leaves. */
const FEW = 2, MANY = 3;
/** A bit beside those of {@linkcode MANY} sizes. */
const FAR_BIT = 8;
/** What marks a jump among the keys. */
const JUMPS = 1 << 19;
/** Bytes of the room for records that are left when everything is forgotten; and nodes that there are then. */
export const SPARE_RECORD_BYTES = 4096;
export const MOST_NODES_AT_ONCE: number = page.MOST_NODES - 4096;
/** Nodes, one behind the other, that are looked at before the program comes to them, at most. */
const MOST_AHEAD = 64;
/** States near each other that are looked through for one. */
const MOST_NEIGHBOURS = 24;
/** The clock is looked at when the program comes to the next so many bytes, if nothing else has led there. */
const UNBROKEN_BYTES = 128;

/** Functions of the text that others call; it says what they do. */
export interface TimingFunctions {
  readonly lie: (target: number) => number;
  readonly decode: (word: number) => number;
  readonly lookAgain: (state: number) => void;
  readonly remember: (passage: number) => void;
  readonly use: (passage: number, jump: number) => number;
  readonly after: (passage: number, jump: number) => number;
  readonly find: (shape: number, at: number, held: number, target: number, rest: number) => number;
  readonly add: (shape: number, at: number, held: number, target: number, rest: number) => number;
  readonly looked: (node: number) => number;
  readonly nodeAt: (place: number) => number;
  readonly allocate: (node: number) => number;
  readonly placeOf: (node: number) => number;
  readonly full: () => number;
  readonly fill: (place: number, node: number) => void;
  readonly resolve: (place: number) => number;
}

/** What it asks for. */
export interface TimingQuestions {
  /** The word of code at an address; asked only if code does not lie in the memory's blocks. */
  word(address: number): number;
  /** The place of an instruction that is new, in the list that begins somewhere. */
  decodeFirst(word: number, head: number): number;
  /** Tells of a fetch; whether it brings the same as ever. */
  fetch(address: number): number;
  /** Whether the fetch that is under way in the state in view brings what it would have brought before. */
  pending(): number;
  /** The passage that begins at a node, which is in view, or 0. */
  learn(node: number): number;
  /** Has the pipeline look at a node; what kind it is. */
  ask(node: number): number;
  /** Writes a passage that is like no other, and what leaves in it, where those in view lie; its place. */
  ownPassage(node: number): number;
  /** Where an answer leads. */
  follow(node: number, answer: number): number;
  /** Compares a passage with the pipeline, for a node and an answer, or -1 for none. */
  verify(number: number, node: number, answer: number): number;
  /** Throws an Error: there are too many nodes. */
  overflow(): number;
  /** Fills in the record of a node that asks. */
  fillQuestion(place: number, node: number): number;
}

const IMPORTS: readonly FunctionImport[] = [
  { name: "decodeFirst", parameters: 2 },
  { name: "fetch", parameters: 1 },
  { name: "pending", parameters: 0 },
  { name: "learn", parameters: 1 },
  { name: "ask", parameters: 1 },
  { name: "ownPassage", parameters: 1 },
  { name: "follow", parameters: 2 },
  { name: "verify", parameters: 3 },
  { name: "overflow", parameters: 0 },
  { name: "fillQuestion", parameters: 2 },
];
const WORD: FunctionImport = { name: "word", parameters: 1 };

/** The words of code, if they lie in memory. */
function wordText({ blocks }: FastMemory): string {
  const cases = blocks.map(({ base, bytes, offset }) =>
    `if (ltu(address - ${base | 0}, ${bytes})) { return [address - ${base | 0} + ${offset}]; }`
  );
  return `function word(address) { ${cases.join(" ")} }`;
}

/** Fields of the page, of nodes and so on lie from where they begin, lists and tables somewhere in memory. */
function constantsOf(memory: FastMemory, variant: CoreVariant, isShared: boolean): Record<string, number> {
  const { timingAt, recordsAt, recordsBytes } = memory;
  const places: Record<string, number> = {};
  for (const [name, at] of Object.entries(page)) {
    const isList = /^(SHAPES|LOOPS|NODES|PASSAGES|PLACES|STATE_TABLE|.*_HEADS)$/.test(name);
    places[name] = isList ? timingAt + at : at;
  }
  const { CODE, RD, RS1, RS2, RS3, POINTER, COUNTED, TICK, CYCLES, NEXT0, NEXT1, PC, IMM, IMM2, ANSWER, NODE } = record;
  const { RECORD_BYTES, STUB0, STUB1, RESOLVE, STOP, COUNT: RECORD_COUNT, PASS: RECORD_PASS } = record;
  return {
    ...places,
    ...{ CODE, RD, RS1, RS2, RS3, POINTER, COUNTED, TICK, CYCLES, NEXT0, NEXT1, PC, IMM, IMM2, ANSWER, NODE },
    ...{ PAGE: timingAt, RECORD_BYTES, OFF_RECORD: record.ALIGNMENT - 1, STUB0, STUB1 },
    ...{ RESOLVE, STOP, RECORD_COUNT, RECORD_PASS, MOST_AHEAD, MOST_NEIGHBOURS, MOST_NODES_AT_ONCE },
    ...{ ASK_CROSSING, ASK_DIVISOR, ASK_TAKEN, JUMP_JAL, JUMP_JALR },
    ...{ FROM_LOADED, FROM_OPERATION, FROM_WRITTEN, FROM_WRITTEN_BACK, HELD_OPERATION, HOLDS_FETCHED, HOLDS_OPERATION },
    ...{ REACH_BYTES, FEW, MANY, FAR_BIT, JUMPS, UNBROKEN_MASK: UNBROKEN_BYTES - 1, LINE_MASK: -lineBytes(variant) },
    LAST_RECORD: recordsAt + recordsBytes - SPARE_RECORD_BYTES,
    OPERATION_MASK: page.OPERATION_LISTS - 1,
    PASSAGE_MASK: page.PASSAGE_LISTS - 1,
    PASSAGE_BITS: 31 - Math.clz32(page.PASSAGE_BYTES),
    IS_SHARED: isShared ? page.IS_FETCHING : 0,
    WATCHES_LINES: variant.fetchBits === 128 ? 1 : 0,
  };
}

/** Fields of records that have 16 bits. */
const HALVES: readonly string[] = ["CODE", "RD", "RS1", "RS2", "RS3", "POINTER", "COUNTED"];

const modules = new Map<string, WebAssembly.Module>();

/** The functions, for one memory; with `isShared`, others may write over the code, which does not lie in it. */
export function timingFunctions(
  memory: FastMemory,
  variant: CoreVariant,
  isShared: boolean,
  hasCode: boolean,
  questions: TimingQuestions,
): TimingFunctions {
  const { blocks, timingAt, recordsAt, recordsBytes } = memory;
  const layout = [
    timingAt,
    recordsAt,
    recordsBytes,
    ...(hasCode ? blocks.flatMap(({ base, bytes }) => [base, bytes]) : []),
  ];
  const key = `${layout} ${variant.fetchBits} ${isShared} ${hasCode}`;
  let module = modules.get(key);
  if (module === undefined) {
    const imports = hasCode ? IMPORTS : [WORD, ...IMPORTS];
    const text = (hasCode ? wordText(memory) : "") + VIEW_TEXT + PASSAGES_TEXT + NODES_TEXT + RECORDS_TEXT;
    const functions = compileText(
      text,
      constantsOf(memory, variant, isShared),
      imports,
      (field) => HALVES.includes(field),
    );
    module = new WebAssembly.Module(wasmModule(functions, { pages: memory.bytes.length >>> 16, imports }));
    modules.set(key, module);
  }
  const env = { memory: memory.memory, ...questions };
  return new WebAssembly.Instance(module, { env }).exports as unknown as TimingFunctions;
}
