/**
 * The interpreter: a loop over the nodes of the timing graph, each an instruction with its cycles.
 * @module
 */
import type { Instruction } from "../isa/instruction.ts";
import type { Hart } from "../ri5cy/hart.ts";
import { DIVIDE_NONE } from "../ri5cy/micro_operation.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import { CLOCK_AT, REGISTERS_AT } from "./engine_page.ts";
import { type FastMemory, RECORDS_BYTES } from "./fast_memory.ts";
import { type InterpreterLoop, interpreterModule } from "./interpreter_module.ts";
import {
  ANSWER,
  BYTES,
  CODE,
  COUNT,
  COUNTED,
  CYCLES,
  FIRST_INSTRUCTION,
  GHOST,
  IMM,
  IMM2,
  LOOP,
  LOOP_NUMBER,
  NEXT0,
  NEXT1,
  PC,
  POINTER,
  RD,
  RECORD_BYTES,
  RESOLVE,
  RS1,
  RS2,
  RS3,
  STOP,
  TARGET,
  VISITS,
} from "./record.ts";
import { DECIDE, ESCAPE, type TimingGraph, type TimingNode } from "./timing_graph.ts";
import { ASK_DIVISOR, ASK_LOOP, ASK_TARGET } from "./timing_oracle.ts";

/** Records that fit; when they are used up, everything is forgotten. */
const RECORDS = RECORDS_BYTES / RECORD_BYTES;
/** The clock is looked at when the program comes to the next so many bytes, if nothing else has led there. */
const UNBROKEN_BYTES = 128;
/** Cycles of one run at most, so that they fit into 31 bits. */
const LONGEST_RUN = 2 ** 30;

/** Rows that have a code, and the compiled loop, for each kind of core and memory. */
interface Loop {
  readonly codes: ReadonlyMap<Instruction, number>;
  readonly module: WebAssembly.Module;
}

const loops = new Map<string, Loop>();

/** The loop, compiled when it is first asked for. */
function loopFor(variant: CoreVariant, memory: FastMemory, countVisits: boolean): Loop {
  const year = variant.release === "2018_01" ? 2018 : 2019;
  const layout = memory.blocks.map(({ base, bytes }) => `${base}+${bytes}`).join();
  const key = `${variant.instructions.name} ${year} ${countVisits} ${layout}`;
  let loop = loops.get(key);
  if (loop === undefined) {
    const rows = variant.instructions.instructions.filter((row) => row.expands === undefined);
    const codes = new Map(rows.map((row, index) => [row, FIRST_INSTRUCTION + index]));
    const module = new WebAssembly.Module(interpreterModule(rows, year, memory, countVisits));
    loops.set(key, loop = { codes, module });
  }
  return loop;
}

/** Where a register lies; writes to x0 go past the others. */
function source(register: number): number {
  return REGISTERS_AT + 4 * register;
}

function target(register: number): number {
  return REGISTERS_AT + 4 * (register === 0 ? 32 : register);
}

/** Runs nodes. A record is a node as numbers: an operation, operands, cycles, and the records that follow. */
export class Interpreter {
  /** Clock after the last run. */
  clock = 0;
  /** Instructions that it executed. */
  retired = 0;
  /** The node at which it stopped: nothing of it has been executed. */
  node: TimingNode | undefined;
  /** Whether it stopped for something that only the pipeline can do. */
  stopped = false;

  readonly #graph: TimingGraph;
  readonly #hart: Hart;
  readonly #codes: ReadonlyMap<Instruction, number>;
  readonly #words: Int32Array;
  readonly #base: number;
  readonly #copies = new Map<TimingNode, number>();
  readonly #nodes: TimingNode[] = [];
  readonly #loop: InterpreterLoop;
  #used = 0;

  /**
   * @param variant which core
   * @param graph its program's costs
   * @param hart its registers, those in the memory
   * @param memory its memory
   * @param countVisits whether it counts how often each node is visited
   */
  constructor(variant: CoreVariant, graph: TimingGraph, hart: Hart, memory: FastMemory, countVisits = false) {
    this.#graph = graph;
    this.#hart = hart;
    this.#words = memory.words;
    this.#base = memory.recordsAt;
    const { codes, module } = loopFor(variant, memory, countVisits);
    this.#codes = codes;
    const env = {
      memory: memory.memory,
      resolve: (at: number) => this.#resolve(at),
      answer: (at: number, answer: number) => this.#answer(at, answer),
    };
    this.#loop = new WebAssembly.Instance(module, { env }).exports.run as InterpreterLoop;
  }

  /** Whether there is room for more nodes. */
  get full(): boolean {
    return this.#used > RECORDS - 64;
  }

  /**
   * Runs from a node until the clock reaches a limit or something stops it; with `pastStop`, that node itself does not stop
   * it.
   */
  run(node: TimingNode, clock: number, limit: number, pastStop = false): void {
    let place = this.#place(node);
    if (pastStop && this.#get(place, CODE) === STOP) place = this.#restart(node);
    const words = this.#words;
    words[CLOCK_AT >> 2] = words[(CLOCK_AT >> 2) + 1] = 0;
    place = this.#loop(place, BigInt(Math.min(limit - clock, LONGEST_RUN)) << 32n);
    this.retired = words[CLOCK_AT >> 2] >>> 0;
    this.clock = clock + words[(CLOCK_AT >> 2) + 1];
    while (this.#get(place, CODE) === RESOLVE && this.#nodeOf(place) === undefined) place = this.#resolve(place);
    this.node = this.#nodeOf(place);
    this.stopped = this.#get(place, CODE) === STOP || this.clock - clock < Math.min(limit - clock, LONGEST_RUN);
    const counted = this.#get(place, COUNTED);
    if ((counted & 1) !== 0) this.#hart.loopCount[0]++;
    if ((counted & 2) !== 0) this.#hart.loopCount[1]++;
  }

  /** A copy of the record at which it would stop. */
  #restart(node: TimingNode): number {
    let copy = this.#copies.get(node);
    if (copy === undefined) {
      this.#copies.set(node, copy = this.#allocate(RESOLVE, node));
      this.#fill(copy, node);
    }
    return copy;
  }

  /** From now on, stops at a node, since something faster takes over there. */
  stopAt(node: TimingNode): void {
    this.#set(this.#place(node), CODE, STOP);
  }

  /** Undoes {@linkcode stopAt}. */
  goOnAt(node: TimingNode): void {
    this.#set(this.#place(node), CODE, RESOLVE);
  }

  /** Adds the visits that it counted to the nodes. */
  collect(): void {
    for (let index = 0; index < this.#used; index++) {
      const place = this.#base + index * RECORD_BYTES;
      const visits = this.#get(place, VISITS);
      if (visits === 0) continue;
      this.#set(place, VISITS, 0);
      this.#nodes[index].visits += visits >>> 0;
    }
  }

  #get(place: number, field: number): number {
    return this.#words[(place >> 2) + field];
  }

  #set(place: number, field: number, value: number): void {
    this.#words[(place >> 2) + field] = value;
  }

  #nodeOf(place: number): TimingNode {
    return this.#nodes[(place - this.#base) / RECORD_BYTES];
  }

  #allocate(code: number, node: TimingNode | undefined): number {
    const index = this.#used++;
    const place = this.#base + index * RECORD_BYTES;
    this.#words.fill(0, place >> 2, place + RECORD_BYTES >> 2);
    this.#set(place, CODE, code);
    if (node !== undefined) this.#nodes[index] = node;
    return place;
  }

  /** The record of a node, made when it is first asked for. */
  #place(node: TimingNode): number {
    if (node.place < 0) {
      node.place = this.#allocate(RESOLVE, node);
      this.#fill(node.place, node);
    }
    return node.place;
  }

  /** A record that stands for what follows an answer until someone comes by. */
  #stub(parent: number, slot: number, answer: number): number {
    const place = this.#allocate(RESOLVE, undefined);
    this.#set(place, RS1, parent);
    this.#set(place, RS2, slot);
    this.#set(place, IMM, answer);
    this.#set(parent, slot, place);
    return place;
  }

  #resolve(place: number): number {
    const node = this.#nodeOf(place);
    if (node !== undefined) {
      this.#fill(place, node);
      return place;
    }
    const parent = this.#get(place, RS1);
    const next = this.#place(this.#graph.follow(this.#nodeOf(parent), this.#get(place, IMM)));
    this.#set(parent, this.#get(place, RS2), next);
    return next;
  }

  /** Where an answer that is not 0 or 1 leads; the record remembers the last one. */
  #answer(place: number, answer: number): number {
    const next = this.#place(this.#graph.follow(this.#nodeOf(place), answer));
    this.#set(place, ANSWER, answer);
    this.#set(place, NEXT1, next);
    return next;
  }

  #fill(place: number, node: TimingNode): void {
    this.#graph.look(node);
    const { op, question } = node;
    if (node.kind === ESCAPE || this.full) return this.#set(place, CODE, STOP);
    if (node.kind === DECIDE) {
      const { kind, register, value } = question!;
      this.#set(place, CODE, kind === ASK_LOOP ? LOOP : kind === ASK_TARGET ? TARGET : GHOST);
      this.#set(place, RS1, kind === ASK_LOOP ? 4 * register : source(register));
      this.#set(place, IMM, value);
      this.#set(place, ANSWER, 1);
      if (kind === ASK_LOOP) {
        this.#stub(place, NEXT0, 0);
        this.#stub(place, NEXT1, 1);
      } else this.#stub(place, NEXT1, 1);
      return;
    }
    let at = place;
    // Straight code has an instruction that begins at each such address, or one half of an instruction behind it.
    if (node.counted !== 0 || (node.pc & UNBROKEN_BYTES - 1) <= 2) {
      this.#set(place, CODE, COUNT);
      this.#set(place, IMM, node.counted);
      this.#set(place, NEXT0, at = this.#allocate(RESOLVE, node));
      this.#set(at, COUNTED, node.counted);
    }
    const { rd, rs1, rs2, rs3, imm, imm2, L, size, decoded } = op!;
    this.#set(at, CODE, this.#codes.get(decoded!.instruction)!);
    this.#set(at, RD, target(rd));
    this.#set(at, RS1, source(rs1));
    this.#set(at, RS2, source(rs2));
    this.#set(at, RS3, source(rs3));
    this.#set(at, POINTER, target(rs1));
    this.#set(at, IMM, imm);
    this.#set(at, IMM2, imm2);
    this.#set(at, CYCLES, node.cycles);
    this.#set(at, PC, node.pc);
    this.#set(at, LOOP_NUMBER, L);
    this.#set(at, BYTES, size);
    if (question === undefined) {
      this.#set(at, NEXT0, this.#unlooked(node.next[0][1]));
      // A division whose divisor a ghost asked for before compares with it all the same.
      if (op!.divide !== DIVIDE_NONE) this.#set(at, ANSWER, -1);
    } else if (question.kind === ASK_DIVISOR) {
      this.#set(at, ANSWER, 0);
      this.#stub(at, NEXT1, 0);
    } else {
      this.#stub(at, NEXT0, 0);
      this.#stub(at, NEXT1, 1);
    }
  }

  /** The record of a node that need not be looked at yet. */
  #unlooked(node: TimingNode): number {
    if (node.place < 0) node.place = this.#allocate(RESOLVE, node);
    return node.place;
  }
}
