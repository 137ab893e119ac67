/**
 * Turns nodes of the timing graph into records, as the loops of WebAssembly read them.
 * @module
 */
import type { FastMemory } from "./fast_memory.ts";
import {
  ANSWER,
  CODE,
  COUNT,
  CYCLES,
  GHOST,
  GRANT,
  IMM,
  isHalf,
  LOOP,
  NEXT0,
  NEXT1,
  RECORD_BYTES,
  RESOLVE,
  RS1,
  STUB0,
  STUB1,
  TABLE,
  TABLE_MASK,
  tableOffset,
  TARGET,
  VISITS,
} from "./record.ts";
import type { TimingGraph, TimingNode } from "./timing_graph.ts";
import type { TimingMemory } from "./timing_memory.ts";
import { MOST_NODES_AT_ONCE, SPARE_RECORD_BYTES, type TimingFunctions } from "./timing_module.ts";
import { source } from "./timing_operations.ts";
import { ASK_GRANT, ASK_LOOP, ASK_TARGET, type Question } from "./timing_oracle.ts";
import { NODE_COUNT, RECORDS_END, TABLES } from "./timing_page.ts";

/** Bytes of a node at most: its own record, and one that counts hardware loops before it. */
const NODE_BYTES = 2 * RECORD_BYTES;
/** Tables of targets: masks of the first and of the longest; no target is odd. */
const FIRST_MASK = 2 * 15, LONGEST_MASK = 2 * 1023, NO_TARGET = 1;

/**
 * Nodes as numbers: an operation, operands, cycles, and the records that follow. What has not been looked at is filled in
 * when somebody comes by, which calls {@linkcode resolve}.
 */
export class Records {
  /** What goes through them in WebAssembly. */
  readonly functions: TimingFunctions;
  readonly #graph: TimingGraph;
  readonly #words: Int32Array;
  readonly #halves: Uint16Array;
  readonly #base: number;
  /** Where there is no more room. */
  readonly #end: number;
  readonly #timing: TimingMemory;
  /** The table of those that have met none. */
  readonly #noTargets: number;

  /**
   * @param graph whose nodes they stand for; there may be no other records of its nodes
   * @param memory where they and it lie
   */
  constructor(graph: TimingGraph, { words, recordsAt, recordsBytes }: FastMemory) {
    this.#graph = graph;
    this.functions = graph.functions;
    this.#words = words;
    this.#halves = new Uint16Array(words.buffer);
    this.#base = recordsAt;
    this.#end = recordsAt + recordsBytes;
    const timing = this.#timing = graph.memory;
    graph.onQuestion = (place, node) => this.#fillQuestion(place, graph.question(node)!);
    // What those before have left.
    const end = timing.get(RECORDS_END);
    if (end > 0) {
      words.fill(0, recordsAt >> 2, end >> 2);
      words.fill(0, this.#end - timing.get(TABLES) >> 2, this.#end >> 2);
    }
    timing.set(RECORDS_END, recordsAt);
    timing.set(TABLES, 0);
    this.#noTargets = this.#allocateTable(0);
  }

  /** Whether there is no room for more nodes; those that come are places to stop. */
  get full(): boolean {
    return this.functions.full() !== 0;
  }

  /** Whether so many nodes could be placed, none of them looked at yet, before it is {@linkcode full}. */
  hasRoomFor(nodes: number): boolean {
    const free = this.#end - this.#timing.get(TABLES) - this.#timing.get(RECORDS_END);
    return !this.full && NODE_BYTES * nodes + SPARE_RECORD_BYTES <= free &&
      this.#timing.get(NODE_COUNT) + nodes <= MOST_NODES_AT_ONCE;
  }

  /** A number of a record. */
  get(place: number, field: number): number {
    return isHalf(field) ? this.#halves[place + field >> 1] : this.#words[place + field >> 2];
  }

  /** Changes it. */
  set(place: number, field: number, value: number): void {
    if (isHalf(field)) this.#halves[place + field >> 1] = value;
    else this.#words[place + field >> 2] = value;
  }

  /** The node that a record stands for; undefined if that is not known before somebody comes by. */
  nodeOf(place: number): TimingNode | undefined {
    const node = this.functions.nodeAt(place);
    return node < 0 ? undefined : this.#graph.at(node);
  }

  /** The record of a node, made when it is first asked for. */
  place(node: TimingNode): number {
    return this.functions.placeOf(node.id);
  }

  /** The record of a node's instruction or question, behind the one that counts hardware loops. */
  core(node: TimingNode): number {
    const place = this.place(node);
    if (this.get(place, CODE) === RESOLVE) this.functions.fill(place, node.id);
    return this.get(place, CODE) === COUNT ? this.get(place, NEXT0) : place;
  }

  /** Requests to memory that were raised at least so often. */
  requests(visits: number): number[] {
    const found = [];
    for (let place = this.#base, end = this.#timing.get(RECORDS_END); place < end; place += RECORD_BYTES) {
      if (this.functions.nodeAt(place) < 0) continue;
      if (this.get(place, CODE) === GRANT && this.get(place, VISITS) >= visits) found.push(place);
    }
    return found;
  }

  /** Fills in a record, or finds the one that it stands for; the record to go on with. */
  resolve(place: number): number {
    return this.functions.resolve(place);
  }

  /** Where an answer that is not 0 or 1 leads; the record remembers the last one, or, of targets, some. */
  answer(place: number, answer: number): number {
    const { nodeAt, placeOf } = this.functions;
    const next = placeOf(this.#graph.follow(nodeAt(place), answer));
    if (this.get(place, CODE) !== TARGET) {
      this.set(place, ANSWER, answer);
      this.set(place, NEXT1, next);
    } else this.#addTarget(place, answer, next);
    return next;
  }

  /** Puts a target into the table of a record; one that finds its place taken gets a longer table, up to a length. */
  #addTarget(place: number, target: number, next: number): void {
    const words = this.#words;
    const mask = this.get(place, TABLE_MASK);
    const table = this.get(place, TABLE);
    const entry = table + tableOffset(target, mask) >> 2;
    const longer = mask === 0 ? FIRST_MASK : 2 * mask + 2;
    const isRoom = longer <= LONGEST_MASK && this.hasRoomFor(tableOffset(longer, longer) / NODE_BYTES + 1);
    if (mask === 0 && !isRoom) return;
    if (isRoom && (mask === 0 || words[entry] !== NO_TARGET)) {
      const to = this.#allocateTable(longer);
      this.set(place, TABLE, to);
      this.set(place, TABLE_MASK, longer);
      for (let from = table >> 2; from <= table + tableOffset(mask, mask) >> 2; from += 2) {
        if (words[from] !== NO_TARGET) words.copyWithin(to + tableOffset(words[from], longer) >> 2, from, from + 2);
      }
      return this.#addTarget(place, target, next);
    }
    words[entry] = target;
    words[entry + 1] = next;
  }

  /** A table of targets and the records that they lead to: tables lie behind the records, the first one last. */
  #allocateTable(mask: number): number {
    const bytes = tableOffset(mask, mask) + 8;
    const all = this.#timing.get(TABLES) + bytes;
    this.#timing.set(TABLES, all);
    const table = this.#end - all;
    this.#words.fill(NO_TARGET, table >> 2, table + bytes >> 2);
    return table;
  }

  /** A second record of a node, to go on from where the first one stops. */
  copy(node: TimingNode): number {
    const place = this.functions.allocate(node.id);
    this.functions.fill(place, node.id);
    return place;
  }

  /** Hands out the visits that were counted since the last time. */
  collect(visited: (node: number, visits: number) => void): void {
    const { nodeAt } = this.functions;
    const words = this.#words, end = this.#timing.get(RECORDS_END);
    for (let place = this.#base; place < end; place += RECORD_BYTES) {
      const at = place + VISITS >> 2;
      const visits = words[at];
      if (visits === 0) continue;
      const node = nodeAt(place);
      if (node < 0) continue;
      words[at] = 0;
      visited(node, visits >>> 0);
    }
  }

  #fillQuestion(place: number, { kind, register, value }: Question): void {
    if (kind === ASK_GRANT) {
      this.set(place, CODE, GRANT);
      this.set(place, CYCLES, value);
      this.set(place, NEXT0, place + STUB0);
      this.set(place, NEXT1, place + STUB1);
      return;
    }
    this.set(place, CODE, kind === ASK_LOOP ? LOOP : kind === ASK_TARGET ? TARGET : GHOST);
    this.set(place, RS1, kind === ASK_LOOP ? 4 * register : source(register));
    this.set(place, IMM, value);
    this.set(place, ANSWER, 1);
    if (kind === ASK_LOOP) {
      this.set(place, NEXT0, place + STUB0);
      this.set(place, NEXT1, place + STUB1);
    } else if (kind === ASK_TARGET) this.set(place, TABLE, this.#noTargets);
    else this.set(place, NEXT1, place + STUB1);
  }
}
