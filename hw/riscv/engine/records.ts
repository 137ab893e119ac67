/**
 * Turns nodes of the timing graph into records, as the loops of WebAssembly read them.
 * @module
 */
import { DIVIDE_NONE } from "../ri5cy/micro_operation.ts";
import { REGISTERS_AT } from "./engine_page.ts";
import { type FastMemory, RECORDS_BYTES } from "./fast_memory.ts";
import {
  ANSWER,
  BYTES,
  CODE,
  COUNT,
  COUNTED,
  CYCLES,
  GHOST,
  GRANT,
  IMM,
  IMM2,
  LOOP,
  LOOP_NUMBER,
  NEXT0,
  NEXT1,
  PASS,
  PC,
  POINTER,
  RD,
  RECORD_BYTES,
  RESOLVE,
  RS1,
  RS2,
  RS3,
  STOP,
  STUB_ANSWER,
  STUB_BYTES,
  STUB_PARENT,
  STUB_SLOT,
  TABLE,
  TABLE_MASK,
  tableOffset,
  TARGET,
  TICK,
  VISITS,
} from "./record.ts";
import { DECIDE, ESCAPE, EXECUTE, PASS as PASS_NODE, type TimingGraph, type TimingNode } from "./timing_graph.ts";
import { ASK_CROSSING, ASK_DIVISOR, ASK_GRANT, ASK_LOOP, ASK_TAKEN, ASK_TARGET } from "./timing_oracle.ts";

/** Bytes for them; when they are used up, everything is forgotten. */
const MOST_BYTES = RECORDS_BYTES - 4096;
/** Bytes of a node at most: its own record, one that counts hardware loops before it, what stands for two answers. */
const NODE_BYTES = 2 * RECORD_BYTES + 2 * STUB_BYTES;
/** Nodes, one behind the other, that are looked at before the program comes to them, at most. */
const MOST_AHEAD = 64;
/** The clock is looked at when the program comes to the next so many bytes, if nothing else has led there. */
const UNBROKEN_BYTES = 128;
/** Tables of targets: masks of the first and of the longest; no target is odd. */
const FIRST_MASK = 2 * 15, LONGEST_MASK = 2 * 1023, NO_TARGET = 1;

/**
 * Whether it is known where an instruction leads, or at least likely: accesses do not cross words, and what is behind a
 * branch is needed sooner or later.
 */
function leadsOn({ kind, question }: TimingNode): boolean {
  return kind === EXECUTE && (question === undefined || question.kind === ASK_CROSSING || question.kind === ASK_TAKEN);
}

/** Where a register lies; writes to x0 go past the others. */
function source(register: number): number {
  return REGISTERS_AT + 4 * register;
}

function target(register: number): number {
  return REGISTERS_AT + 4 * (register === 0 ? 32 : register);
}

/**
 * Nodes as numbers: an operation, operands, cycles, and the records that follow. What has not been looked at is filled in
 * when somebody comes by, which calls {@linkcode resolve}.
 */
export class Records {
  readonly #graph: TimingGraph;
  readonly #codes: Int32Array;
  readonly #words: Int32Array;
  readonly #base: number;
  /** Number of the node of each record, plus 1; 0 for none. */
  readonly #nodes = new Int32Array(RECORDS_BYTES / RECORD_BYTES);
  /** The table of those that have met none. */
  readonly #noTargets: number;
  readonly #memory: FastMemory;
  #used = 0;
  /** Bytes of stubs: they lie behind the records, the first one last. */
  #stubs = 0;

  /**
   * @param graph whose nodes they stand for
   * @param memory where they lie
   * @param codes what stands for each row of the instruction table, by its number
   */
  constructor(
    graph: TimingGraph,
    memory: FastMemory,
    codes: Int32Array,
  ) {
    this.#graph = graph;
    this.#memory = memory;
    this.#words = memory.words;
    this.#words.fill(0, memory.recordsAt >> 2, memory.recordsAt + memory.usedRecords >> 2);
    this.#base = memory.recordsAt;
    this.#codes = codes;
    this.#noTargets = this.#allocateTable(0);
  }

  /** Whether there is no room for more nodes; those that come are places to stop. */
  get full(): boolean {
    return !this.hasRoomFor(0);
  }

  /** Whether so many nodes could be placed, none of them looked at yet, before it is {@linkcode full}. */
  hasRoomFor(nodes: number): boolean {
    return this.#used * RECORD_BYTES + this.#stubs + NODE_BYTES * nodes <= MOST_BYTES;
  }

  /** A number of a record. */
  get(place: number, field: number): number {
    return this.#words[(place >> 2) + field];
  }

  /** Changes it. */
  set(place: number, field: number, value: number): void {
    this.#words[(place >> 2) + field] = value;
  }

  /** The node that a record stands for; undefined if that is not known before somebody comes by. */
  nodeOf(place: number): TimingNode | undefined {
    const index = (place - this.#base) / RECORD_BYTES | 0;
    return index < this.#used && this.#nodes[index] !== 0 ? this.#graph.nodes[this.#nodes[index] - 1] : undefined;
  }

  /** A record that is not filled in. */
  #allocate(node: TimingNode | undefined): number {
    const index = this.#used++;
    this.#memory.usedRecords = RECORD_BYTES * this.#used;
    const place = this.#base + index * RECORD_BYTES;
    // Written before it is read: memory that is only read first has to be found twice.
    this.#words[(place >> 2) + CODE] = RESOLVE;
    this.#nodes[index] = node === undefined ? 0 : node.id + 1;
    return place;
  }

  /** The record of a node, made when it is first asked for. */
  place(node: TimingNode): number {
    if (node.place < 0) {
      node.place = this.#allocate(node);
      this.#fill(node.place, node);
    }
    return node.place;
  }

  /** The record of a node's instruction or question, behind the one that counts hardware loops. */
  core(node: TimingNode): number {
    const place = this.place(node);
    if (this.get(place, CODE) === RESOLVE) this.#fill(place, node);
    return this.get(place, CODE) === COUNT ? this.get(place, NEXT0) : place;
  }

  /** Requests to memory that were raised at least so often. */
  requests(visits: number): number[] {
    const found = [];
    for (let index = 0; index < this.#used; index++) {
      const place = this.#base + index * RECORD_BYTES;
      if (this.#nodes[index] === 0) continue;
      if (this.get(place, CODE) === GRANT && this.get(place, VISITS) >= visits) found.push(place);
    }
    return found;
  }

  /** A record that stands for what follows an answer until someone comes by. */
  #stub(parent: number, slot: number, answer: number): number {
    this.#stubs += STUB_BYTES;
    const place = this.#base + RECORDS_BYTES - this.#stubs;
    const words = this.#words;
    const at = place >> 2;
    words[at + CODE] = RESOLVE;
    words[at + STUB_PARENT] = parent;
    words[at + STUB_SLOT] = slot;
    words[at + STUB_ANSWER] = answer;
    words[(parent >> 2) + slot] = place;
    return place;
  }

  /** Fills in a record, or finds the one that it stands for; the record to go on with. */
  resolve(place: number): number {
    const node = this.nodeOf(place);
    if (node !== undefined) {
      this.#fill(place, node);
      this.#lookAhead(node);
      return place;
    }
    const parent = this.get(place, STUB_PARENT);
    const following = this.#graph.follow(this.nodeOf(parent)!, this.get(place, STUB_ANSWER));
    const next = this.place(following);
    this.set(parent, this.get(place, STUB_SLOT), next);
    this.#lookAhead(following);
    return next;
  }

  /** Fills in what follows an instruction as long as it leads on, see {@linkcode leadsOn}, and there is room. */
  #lookAhead(from: TimingNode): void {
    let node = from;
    for (let i = 0; i < MOST_AHEAD && !this.full && leadsOn(node); i++) {
      node = node.following ?? this.#graph.follow(node, 0);
      const place = this.#unlooked(node);
      if (this.get(place, CODE) !== RESOLVE) return;
      this.#fill(place, node);
    }
  }

  /** Where an answer that is not 0 or 1 leads; the record remembers the last one, or, of targets, some. */
  answer(place: number, answer: number): number {
    const next = this.place(this.#graph.follow(this.nodeOf(place)!, answer));
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

  /** A table of targets and the records that they lead to. */
  #allocateTable(mask: number): number {
    const table = this.#base + this.#used * RECORD_BYTES;
    const end = table + tableOffset(mask, mask) + RECORD_BYTES;
    for (let at = table; at < end; at += RECORD_BYTES) this.#allocate(undefined);
    this.#words.fill(NO_TARGET, table >> 2, end >> 2);
    return table;
  }

  /** A second record of a node, to go on from where the first one stops. */
  copy(node: TimingNode): number {
    const place = this.#allocate(node);
    this.#fill(place, node);
    return place;
  }

  /** Hands out the visits that were counted since the last time. */
  collect(visited: (node: TimingNode, visits: number) => void): void {
    for (let index = 0; index < this.#used; index++) {
      const place = this.#base + index * RECORD_BYTES;
      const visits = this.get(place, VISITS);
      if (visits === 0 || this.#nodes[index] === 0) continue;
      this.set(place, VISITS, 0);
      visited(this.nodeOf(place)!, visits >>> 0);
    }
  }

  #fill(place: number, node: TimingNode): void {
    this.#graph.look(node);
    const { op, question } = node;
    if (node.kind === ESCAPE || this.full) return this.set(place, CODE, STOP);
    if (node.kind === DECIDE) {
      const { kind, register, value } = question!;
      if (kind === ASK_GRANT) {
        this.set(place, CODE, GRANT);
        this.set(place, CYCLES, value);
        this.#stub(place, NEXT0, 0);
        this.#stub(place, NEXT1, 1);
        return;
      }
      this.set(place, CODE, kind === ASK_LOOP ? LOOP : kind === ASK_TARGET ? TARGET : GHOST);
      this.set(place, RS1, kind === ASK_LOOP ? 4 * register : source(register));
      this.set(place, IMM, value);
      this.set(place, ANSWER, 1);
      if (kind === ASK_LOOP) {
        this.#stub(place, NEXT0, 0);
        this.#stub(place, NEXT1, 1);
      } else if (kind === ASK_TARGET) this.set(place, TABLE, this.#noTargets);
      else this.#stub(place, NEXT1, 1);
      return;
    }
    let at = place;
    // Straight code has an instruction that begins at each such address, or one half of an instruction behind it.
    if (node.counted !== 0 || node.kind !== PASS_NODE && (node.pc & UNBROKEN_BYTES - 1) <= 2) {
      this.set(place, CODE, COUNT);
      this.set(place, IMM, node.counted);
      this.set(place, NEXT0, at = this.#allocate(node));
      this.set(at, COUNTED, node.counted);
    }
    if (node.kind === PASS_NODE) {
      this.set(at, CODE, PASS);
      this.set(at, CYCLES, node.cycles);
      this.set(at, NEXT0, this.#unlooked(node.following!));
      return;
    }
    const { rd, rs1, rs2, rs3, imm, imm2, L, size } = op!;
    const words = this.#words;
    const word = at >> 2;
    words[word + CODE] = this.#codes[op!.row];
    words[word + RD] = target(rd);
    words[word + RS1] = source(rs1);
    words[word + RS2] = source(rs2);
    if (op!.isLoop) words[word + LOOP_NUMBER] = L;
    else words[word + RS3] = source(rs3);
    words[word + POINTER] = target(rs1);
    words[word + IMM] = imm;
    words[word + IMM2] = imm2;
    words[word + TICK] = 1;
    words[word + CYCLES] = node.cycles;
    words[word + PC] = node.pc;
    words[word + BYTES] = size;
    if (question === undefined) {
      this.set(at, NEXT0, this.#unlooked(node.following!));
      // A division whose divisor a ghost asked for before compares with it all the same.
      if (op!.divide !== DIVIDE_NONE) this.set(at, ANSWER, -1);
    } else if (question.kind === ASK_DIVISOR) {
      this.set(at, ANSWER, 0);
      this.#stub(at, NEXT1, 0);
    } else {
      if (leadsOn(node)) words[word + NEXT0] = this.#unlooked(this.#graph.follow(node, 0));
      else this.#stub(at, NEXT0, 0);
      this.#stub(at, NEXT1, 1);
    }
  }

  /** The record of a node that need not be looked at yet. */
  #unlooked(node: TimingNode): number {
    if (node.place < 0) node.place = this.#allocate(node);
    return node.place;
  }
}
