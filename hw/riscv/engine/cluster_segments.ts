/**
 * Segments: what a core does from the grant of an access to its next request, as code of its own.
 * @module
 */
import type { Instruction } from "../isa/instruction.ts";
import type { SharedMemory } from "./cluster_access.ts";
import { CORE, NOW } from "./cluster_locals.ts";
import { ClusterLoop } from "./cluster_module.ts";
import * as page from "./cluster_page.ts";
import { CLOCK_AT, LOOP_COUNTS_AT } from "./engine_page.ts";
import { ADDRESS, AT, CLOCK, CROSSES, isInterpreted, PLACE } from "./interpreter_module.ts";
import * as record from "./record.ts";
import type { Records } from "./records.ts";
import { DECIDE, EXECUTE, type TimingGraph, type TimingNode, UNKNOWN } from "./timing_graph.ts";
import { ASK_GRANT, ASK_LOOP } from "./timing_oracle.ts";
import { WASM } from "./wasm_code.ts";

/** Nodes of a segment at most, over all its ways. */
const MOST_NODES = 64;

/** A request, of an access that an instruction makes. */
export interface Segment {
  /** Record of the request. */
  readonly request: number;
  /** Record of the instruction. */
  readonly instruction: number;
  /** What the access does. */
  readonly access: number;
}

/** An access that was not asked for yet. */
interface Asked {
  readonly instruction: number;
  readonly access: number;
}

/** A loop with segments; the place of a segment in the list, from 1 on, is its number. */
export class SegmentLoop extends ClusterLoop {
  readonly #graph: TimingGraph;
  readonly #records: Records;
  readonly #segments: readonly Segment[];
  readonly #numbers = new Map<string, number>();
  /** The record that is being written as code; 0 while the loop is written. */
  #record = 0;
  /** The access that it asks for, */
  #asked: Asked | undefined;
  /** and what has passed before it since the state in which the segment's request was raised. */
  #cycles = 0;
  #retired = 0;
  #delay = 0;
  #nodes = 0;

  constructor(
    rows: readonly Instruction[],
    year: 2018 | 2019,
    memory: SharedMemory,
    graph: TimingGraph,
    records: Records,
    segments: readonly Segment[],
  ) {
    super(rows, year, memory);
    this.#graph = graph;
    this.#records = records;
    this.#segments = segments;
    segments.forEach((segment, index) => this.#numbers.set(key(segment), index + 1));
  }

  protected override segments(segment: number): void {
    const { code } = this;
    const count = this.#segments.length;
    for (let i = 0; i < count; i++) code.begin(WASM.block);
    this.get(segment).op(WASM.brTable).unsigned(count + 1).unsigned(count);
    for (let i = 0; i < count; i++) code.unsigned(i);
    code.unsigned(count);
    this.#segments.forEach((each, index) => {
      code.op(WASM.end);
      this.depth = count - 1 - index;
      this.#segment(each);
    });
    this.#record = 0;
  }

  /** All ways from a grant to the next requests, or to where records are needed. */
  #segment({ request, instruction, access }: Segment): void {
    const node = this.#records.nodeOf(request)!;
    this.#record = instruction;
    this.#nodes = 0;
    // The request's cycle is the present one.
    this.#delay = -node.question!.value;
    this.own(page.ACCESS_PLACE_AT);
    this.set(PLACE);
    this.granted(access & 7, access & ~7);
    const first = (access & ~7) === page.FIRST_PART;
    const asked = first ? { instruction, access: access + page.SECOND_PART - page.FIRST_PART } : undefined;
    if (!this.#records.hasRoomFor(2 * MOST_NODES)) {
      return this.#goByRecord(this.#records.get(request, record.NEXT1), 0, 0, asked);
    }
    this.#go(this.#graph.at(this.#graph.follow(node.id, 1)), 0, 0, asked);
  }

  /** Code from a node on. */
  #go(node: TimingNode, cycles: number, retired: number, asked: Asked | undefined): void {
    const { code } = this;
    const { kind, question } = node;
    if (kind === DECIDE && question!.kind === ASK_GRANT) return this.#request(node, cycles, retired, asked);
    const instruction = node.op?.decoded?.instruction;
    const written = ++this.#nodes <= MOST_NODES && kind !== UNKNOWN &&
      (kind === DECIDE && question!.kind === ASK_LOOP ||
        kind === EXECUTE && isInterpreted(instruction!) && instruction!.timing !== "div");
    if (!written) return this.#goByRecord(this.#records.place(node), cycles, retired, asked);
    const own = this.#records.core(node);
    if (kind === DECIDE) {
      this.page();
      code.memory(WASM.i32Load, LOOP_COUNTS_AT + 4 * question!.register).constant(question!.value).op(WASM.i32GtU);
      return this.#fork(node, own, cycles, retired, asked, asked);
    }
    for (let loop = 0; loop < 2; loop++) {
      if ((node.counted >>> loop & 1) === 0) continue;
      const at = LOOP_COUNTS_AT + 4 * loop;
      this.page();
      this.page();
      code.memory(WASM.i32Load, at).constant(1).op(WASM.i32Sub).memory(WASM.i32Store, at);
    }
    this.#record = own;
    this.#asked = undefined;
    this.#cycles = cycles;
    this.#retired = retired;
    this.body(instruction!);
    const then = this.#asked as Asked | undefined;
    cycles += node.cycles;
    retired++;
    if (question === undefined) return this.#go(node.next[0][1], cycles, retired, then);
    this.get(CROSSES);
    const crossing = then && { instruction: own, access: then.access + page.FIRST_PART };
    this.#fork(node, own, cycles, retired, then, crossing);
  }

  /** The ways of a node with the answer on the stack. */
  #fork(node: TimingNode, own: number, cycles: number, retired: number, asked0?: Asked, asked1?: Asked): void {
    const { code } = this;
    const way = (answer: number, asked: Asked | undefined): void => {
      const known = node.next.find(([each]) => each === answer);
      if (known !== undefined) this.#go(known[1], cycles, retired, asked);
      else {
        this.#goByRecord(this.#records.get(own, answer === 0 ? record.NEXT0 : record.NEXT1), cycles, retired, asked);
      }
    };
    code.begin(WASM.if);
    this.depth++;
    way(1, asked1);
    code.op(WASM.else);
    way(0, asked0);
    this.depth--;
    code.op(WASM.end).op(WASM.unreachable);
  }

  /** Raises the next request. */
  #request(node: TimingNode, cycles: number, retired: number, asked: Asked | undefined): void {
    const { code } = this;
    const request = this.#records.place(node);
    const number = asked === undefined ? undefined : this.#numbers.get(key({ request, ...asked }));
    if (number === undefined) return this.#goByRecord(request, cycles, retired, asked);
    // The clock may still be before the grant: then a pipeline that takes over has to see the grant again.
    if (node.answers.length > 0) this.won();
    this.get(CORE);
    this.#clock(cycles, retired).memory(WASM.i64Store, CLOCK_AT);
    this.get(CORE).constant(number).memory(WASM.i32Store, page.SEGMENT_AT);
    const later = this.#delay + cycles + node.question!.value;
    this.noteRequest(() => this.get(NOW).constant(later).op(WASM.i32Add));
    code.index(WASM.br, this.depth + 1);
  }

  /** Goes on with a record. */
  #goByRecord(place: number, cycles: number, retired: number, asked: Asked | undefined): void {
    const { code } = this;
    this.won();
    super.nowAccess(asked?.access ?? page.NO_ACCESS);
    if (asked !== undefined) {
      this.get(CORE).constant(asked.instruction).memory(WASM.i32Store, page.ACCESS_RECORD_AT);
      this.get(CORE).constant(this.#records.get(asked.instruction, record.RD));
      code.memory(WASM.i32Store, page.ACCESS_TARGET_AT);
    }
    this.setLimit();
    this.#clock(cycles, retired);
    this.set(CLOCK).constant(place);
    this.set(AT).index(WASM.br, this.depth);
  }

  /** Pushes the clock after some cycles and instructions. */
  #clock(cycles: number, retired: number) {
    this.get(CORE).memory(WASM.i64Load, CLOCK_AT);
    return this.code.constant64(cycles, retired).op(WASM.i64Add);
  }

  protected override nowAccess(access: number): void {
    if (this.#record === 0) super.nowAccess(access);
  }

  protected override loaded(): number {
    if (this.#record === 0) return super.loaded();
    this.get(CORE);
    return this.#records.get(this.#record, record.RD);
  }

  protected override field(field: number): void {
    if (this.#record === 0) super.field(field);
    else this.code.constant(this.#records.get(this.#record, field));
  }

  protected override place(field: number): number {
    if (this.#record === 0) return super.place(field);
    this.get(CORE);
    return this.#records.get(this.#record, field);
  }

  protected override access(bytes: number, stores: boolean): void {
    if (this.#record === 0) return super.access(bytes, stores);
    const { code } = this;
    if (bytes > 1) this.crossing(bytes);
    const { base, offset, bytes: size } = this.memory;
    this.get(ADDRESS).constant(offset - base).op(WASM.i32Add).index(WASM.localTee, PLACE);
    code.constant(offset).op(WASM.i32Sub).constant(size - bytes).op(WASM.i32GtU);
    this.if(() => this.#goByRecord(this.#record, this.#cycles, this.#retired, undefined));
    this.get(CORE);
    this.get(PLACE).memory(WASM.i32Store, page.ACCESS_PLACE_AT);
  }

  protected override load(bytes: number, signed: boolean): undefined {
    if (this.#record === 0) return super.load(bytes, signed);
    this.#asked = { instruction: this.#record, access: page.LOAD_KINDS.indexOf(`${bytes}${bytes === 4 || signed}`) };
  }

  protected override store(bytes: number, value: () => void): void {
    if (this.#record === 0) return super.store(bytes, value);
    this.get(CORE);
    value();
    this.code.memory(WASM.i32Store, page.ACCESS_VALUE_AT);
    this.#asked = { instruction: this.#record, access: page.FIRST_STORE + (31 - Math.clz32(bytes)) };
  }
}

function key({ request, instruction, access }: Segment): string {
  return `${request} ${instruction} ${access}`;
}
