/**
 * The interpreter: a loop over the nodes of the timing graph, each an instruction with its cycles.
 * @module
 */
import { ARITHMETIC } from "../isa/arithmetic.ts";
import type { Instruction } from "../isa/instruction.ts";
import { javaScript } from "../isa/javascript.ts";
import { type Expression, type OperandName, operationOf, type Statement } from "../isa/operation.ts";
import { divisorShift } from "../ri5cy/divider.ts";
import type { Hart } from "../ri5cy/hart.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import type { FastMemory } from "./fast_memory.ts";
import { DECIDE, ESCAPE, type TimingGraph, type TimingNode } from "./timing_graph.ts";
import { ASK_DIVISOR, ASK_LOOP, ASK_TARGET } from "./timing_oracle.ts";

/** What a record of the code array begins with, before the instructions' own numbers. */
const RESOLVE = 0, STOP = 1, COUNT = 2, LOOP = 3, TARGET = 4, GHOST = 5, FIRST = 6;

/** Numbers of a record. */
const SIZE = 16;
/** Places in a record: operands, cycles, where the answers 0 and 1 lead, and what belongs to each kind. */
const RD = 1, RS1 = 2, RS2 = 3, RS3 = 4, IMM = 5, IMM2 = 6, CYCLES = 7, NEXT0 = 8, NEXT1 = 9, PC = 10, LOOP_NUMBER = 11;
const BYTES = 12, ANSWER = 13, VISITS = 14, COUNTED = 15;

/** Records that fit; when they are used up, everything is forgotten. */
const RECORDS = 1 << 16;

type Run = (at: number, clock: number, limit: number) => number;

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
  readonly #records = new Int32Array(RECORDS * SIZE);
  readonly #out = new Float64Array(2);
  readonly #places = new Map<TimingNode, number>();
  readonly #copies = new Map<TimingNode, number>();
  readonly #nodes: TimingNode[] = [];
  readonly #run: Run;
  #used = 0;

  /**
   * @param variant which core
   * @param graph its program's costs
   * @param hart its registers
   * @param memory its memory
   * @param profile whether it counts how often each node is visited
   */
  constructor(variant: CoreVariant, graph: TimingGraph, hart: Hart, memory: FastMemory, profile = false) {
    this.#graph = graph;
    this.#hart = hart;
    const year = variant.release === "2018_01" ? 2018 : 2019;
    const rows = variant.instructions.instructions.filter((row) => row.expands === undefined);
    this.#codes = new Map(rows.map((row, index) => [row, FIRST + index]));
    const source = loopSource(rows, year, profile);
    const names = Object.keys(ARITHMETIC);
    const make = new Function("c", "hart", "memory", "out", "resolve", "answer", "divisorShift", ...names, source);
    this.#run = make(
      this.#records,
      hart,
      memory,
      this.#out,
      (at: number) => this.#resolve(at),
      (at: number, answer: number) => this.#answer(at, answer),
      divisorShift,
      ...Object.values(ARITHMETIC),
    );
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
    if (pastStop && this.#records[place] === STOP) place = this.#restart(place, node);
    const at = this.#run(place, clock, limit);
    this.clock = this.#out[0];
    this.retired = this.#out[1];
    const records = this.#records;
    place = at;
    while (records[place] === RESOLVE && this.#nodes[place / SIZE] === undefined) place = this.#resolve(place);
    this.node = this.#nodes[place / SIZE];
    this.stopped = this.clock < limit;
    const counted = records[place + COUNTED];
    if ((counted & 1) !== 0) this.#hart.loopCount[0]++;
    if ((counted & 2) !== 0) this.#hart.loopCount[1]++;
  }

  /** A copy of the record at which it would stop. */
  #restart(_place: number, node: TimingNode): number {
    let copy = this.#copies.get(node);
    if (copy === undefined) {
      this.#copies.set(node, copy = this.#allocate(RESOLVE, node));
      this.#fill(copy, node);
    }
    return copy;
  }

  /** From now on, stops at a node, since something faster takes over there. */
  stopAt(node: TimingNode): void {
    this.#records[this.#place(node)] = STOP;
  }

  /** Undoes {@linkcode stopAt}. */
  goOnAt(node: TimingNode): void {
    this.#records[this.#place(node)] = RESOLVE;
  }

  /** Adds the visits that it counted to the nodes. */
  collect(): void {
    for (let place = 0; place < this.#used * SIZE; place += SIZE) {
      const visits = this.#records[place + VISITS];
      if (visits === 0) continue;
      this.#records[place + VISITS] = 0;
      this.#nodes[place / SIZE].visits += visits;
    }
  }

  #allocate(code: number, node: TimingNode | undefined): number {
    const at = this.#used++ * SIZE;
    this.#records.fill(0, at, at + SIZE);
    this.#records[at] = code;
    if (node !== undefined) this.#nodes[at / SIZE] = node;
    return at;
  }

  /** The record of a node, made when it is first asked for. */
  #place(node: TimingNode): number {
    let place = this.#places.get(node);
    if (place === undefined) {
      place = this.#allocate(RESOLVE, node);
      this.#places.set(node, place);
      this.#fill(place, node);
    }
    return place;
  }

  /** A record that stands for what follows an answer until someone comes by. */
  #stub(parent: number, slot: number, answer: number): number {
    const at = this.#allocate(RESOLVE, undefined);
    this.#records[at + RS1] = parent;
    this.#records[at + RS2] = slot;
    this.#records[at + IMM] = answer;
    return this.#records[parent + slot] = at;
  }

  #resolve(at: number): number {
    const records = this.#records;
    const node = this.#nodes[at / SIZE];
    if (node !== undefined) {
      this.#fill(at, node);
      return at;
    }
    const parent = records[at + RS1];
    const next = this.#place(this.#graph.follow(this.#nodes[parent / SIZE], records[at + IMM]));
    return records[parent + records[at + RS2]] = next;
  }

  /** Where an answer that is not 0 or 1 leads; the record remembers the last one. */
  #answer(at: number, answer: number): number {
    const next = this.#place(this.#graph.follow(this.#nodes[at / SIZE], answer));
    this.#records[at + ANSWER] = answer;
    return this.#records[at + NEXT1] = next;
  }

  #fill(place: number, node: TimingNode): void {
    this.#graph.look(node);
    const records = this.#records;
    const { op, question } = node;
    if (node.kind === ESCAPE || this.full) {
      records[place] = STOP;
      return;
    }
    if (node.kind === DECIDE) {
      const { kind, register, value } = question!;
      records[place] = kind === ASK_LOOP ? LOOP : kind === ASK_TARGET ? TARGET : GHOST;
      records[place + RS1] = register;
      records[place + IMM] = value;
      records[place + ANSWER] = 1;
      if (kind === ASK_LOOP) {
        this.#stub(place, NEXT0, 0);
        this.#stub(place, NEXT1, 1);
      } else records[place + NEXT1] = this.#stub(place, NEXT0, 1);
      return;
    }
    let at = place;
    if (node.counted !== 0) {
      records[place] = COUNT;
      records[place + IMM] = node.counted;
      records[place + NEXT0] = at = this.#allocate(RESOLVE, node);
      records[at + COUNTED] = node.counted;
    }
    records[at] = this.#codes.get(op!.decoded!.instruction)!;
    records[at + RD] = op!.rd === 0 ? 32 : op!.rd;
    records[at + RS1] = op!.rs1;
    records[at + RS2] = op!.rs2;
    records[at + RS3] = op!.rs3;
    records[at + IMM] = op!.imm;
    records[at + IMM2] = op!.imm2;
    records[at + CYCLES] = node.cycles;
    records[at + PC] = node.pc;
    records[at + LOOP_NUMBER] = op!.L;
    records[at + BYTES] = op!.size;
    if (question === undefined) records[at + NEXT0] = this.#place0(node.next.get(0)!);
    else if (question.kind === ASK_DIVISOR) {
      records[at + ANSWER] = 0;
      this.#stub(at, NEXT1, 0);
    } else {
      this.#stub(at, NEXT0, 0);
      this.#stub(at, NEXT1, 1);
    }
  }

  /** The record of a node that need not be looked at yet. */
  #place0(node: TimingNode): number {
    let place = this.#places.get(node);
    if (place === undefined) this.#places.set(node, place = this.#allocate(RESOLVE, node));
    return place;
  }
}

const FIELD: Readonly<Record<OperandName, string>> = {
  rs1: `r[c[p+${RS1}]]`,
  rs2: `r[c[p+${RS2}]]`,
  rs3: `r[c[p+${RS3}]]`,
  rd: `r[c[p+${RD}]]`,
  imm: `c[p+${IMM}]`,
  imm2: `c[p+${IMM2}]`,
  L: `c[p+${LOOP_NUMBER}]`,
  csr: "0",
  size: `c[p+${BYTES}]`,
  pc: `c[p+${PC}]`,
};

/**
 * Instructions of Xpulp that only compute are functions of their own, and so are long expressions: compilers give up on a
 * loop as large as all of them together.
 */
const LONGEST_INLINE = 160;

/** The loop as JavaScript source. */
function loopSource(rows: readonly Instruction[], year: 2018 | 2019, profile: boolean): string {
  const functions: string[] = [];
  const table: string[] = [];
  const cases = rows.map((row, index) => {
    const body = caseSource(row, year, functions);
    if (body?.startsWith("=")) {
      table[index] = `f${body.slice(1)}`;
      return "";
    }
    return body === undefined ? "" : `case ${FIRST + index}:{${body}}`;
  });
  const called = Array.from(table, (name) => name ?? "null").join(",");
  const general = PARAMETERS.filter((name) => name !== "rs3").map((name) => FIELD[name]).join(",");
  const visit = profile ? `c[p+${VISITS}]++;` : "";
  return `
const r=hart.registers,ls=hart.loopStart,le=hart.loopEnd,lc=hart.loopCount;
const {bytes:mu8,words:m32,pages,code}=memory,{buffer}=mu8;
const mu16=new Uint16Array(buffer),ms16=new Int16Array(buffer),ms8=new Int8Array(buffer),view=new DataView(buffer);
${functions.join("\n")}
const fs=[${called}];
return function run(p,clock,limit){
let n=0;
while(clock<limit){
switch(c[p]){
case ${RESOLVE}:p=resolve(p);continue;
case ${STOP}:out[0]=clock;out[1]=n;return p;
case ${COUNT}:{const k=c[p+${IMM}];if(k&1)lc[0]--;if(k&2)lc[1]--;p=c[p+${NEXT0}];continue;}
case ${LOOP}:p=lc[c[p+${RS1}]]>>>0>c[p+${IMM}]?c[p+${NEXT1}]:c[p+${NEXT0}];continue;
case ${TARGET}:{const t=r[c[p+${RS1}]]+c[p+${IMM}]&-2;p=t===c[p+${ANSWER}]?c[p+${NEXT1}]:answer(p,t);continue;}
case ${GHOST}:{const t=divisorShift(c[p+${IMM}],r[c[p+${RS1}]]);p=t===c[p+${ANSWER}]?c[p+${NEXT1}]:answer(p,t);continue;}
${cases.map((text) => text.replace(/@/g, `${visit}clock+=c[p+${CYCLES}];n++;`)).join("\n")}
default:r[c[p+${RD}]]=fs[c[p]-${FIRST}](${general});${visit}clock+=c[p+${CYCLES}];n++;p=c[p+${NEXT0}];
}
}
out[0]=clock;out[1]=n;return p;
}`;
}

/** One instruction; `@` stands for what all of them do when they are done. Undefined for those that the pipeline does. */
function caseSource(row: Instruction, year: 2018 | 2019, functions: string[]): string | undefined {
  const operation = operationOf(row, year);
  const text = (expression: Expression) => inline(expression, operation, functions);
  const before: string[] = [];
  const after: string[] = [];
  let next = `p=c[p+${NEXT0}];continue;`;
  let divides = "";
  const [only] = operation;
  const computes = operation.every(({ kind }) => kind === "let" || kind === "write") &&
    operation.filter(({ kind }) => kind === "write").length === 1;
  const hasLocals = operation.some(({ kind }) => kind === "let");
  const isWrite = only.kind === "write" && ["csr", "load", "eventLoad"].includes(only.value.kind);
  if (computes && !isWrite && (hasLocals || row.extension === "Xpulp")) return calledCase(operation, functions);
  for (const statement of operation) {
    switch (statement.kind) {
      case "write": {
        const { value, register } = statement;
        if (value.kind === "csr" || value.kind === "eventLoad") return undefined;
        if (value.kind === "load") {
          const { source, leave } = loadSource(value.bytes, value.signed, text(value.address));
          before.push(source);
          after.push(`r[c[p+${RD}]]=v;`);
          next = leave;
        } else if (register === "rd") {
          before.push(`const w=${text(value)};`);
          after.push(`r[c[p+${RD}]]=w;`);
        } else {
          before.push(`const q=${text(value)};`);
          after.push(`if(c[p+${RS1}]!==0)r[c[p+${RS1}]]=q;`);
        }
        break;
      }
      case "store": {
        const { source, leave } = storeSource(statement.bytes, text(statement.address), text(statement.value));
        before.push(source);
        next = leave;
        break;
      }
      case "branch":
        next = `p=${text(statement.condition)}!==0?c[p+${NEXT1}]:c[p+${NEXT0}];continue;`;
        break;
      case "jump":
        break;
      case "hwloop": {
        const array = { start: "ls", end: "le", count: "lc" }[statement.part];
        before.push(`${array}[${text(statement.loop)}]=${text(statement.value)};`);
        break;
      }
      default:
        return undefined;
    }
  }
  if (row.timing === "div") {
    const signed = !row.name.endsWith("u");
    divides = `const s=divisorShift(${signed ? 2 : 1},${FIELD.rs2});`;
    next = `p=s===c[p+${ANSWER}]?c[p+${NEXT1}]:answer(p,s);continue;`;
  }
  return `${divides}${before.join("")}${after.join("")}@${next}`;
}

/** An instruction as a function of its operands, in a table of such functions. */
function calledCase(operation: readonly Statement[], functions: string[]): string {
  const lines: string[] = [];
  for (const statement of operation) {
    if (statement.kind === "let") lines.push(`const ${statement.name}=${javaScript(statement.value, parameter)};`);
    else if (statement.kind === "write" && statement.register === "rd") {
      lines.push(`return ${javaScript(statement.value, parameter)};`);
    } else throw new Error(`Cannot interpret ${statement.kind} after let`);
  }
  const place = functions.push(`function f${functions.length}(_rs1,_rs2,_rd,_imm,_imm2){${lines.join("")}}`) - 1;
  return `=${place}`;
}

function inline(expression: Expression, operation: readonly Statement[], functions: string[]): string {
  const source = javaScript(expression, (name) => FIELD[name]);
  if (source.length <= LONGEST_INLINE || operation.length > 1) return source;
  return call(`return ${javaScript(expression, parameter)};`, functions);
}

const PARAMETERS: readonly OperandName[] = ["rs1", "rs2", "rs3", "rd", "imm", "imm2"];
const parameter = (name: OperandName): string => `_${name}`;

function call(body: string, functions: string[]): string {
  const used = PARAMETERS.filter((name) => new RegExp(`\\b_${name}\\b`).test(body));
  const name = `f${functions.length}`;
  functions.push(`function ${name}(${used.map(parameter).join(",")}){${body}}`);
  return `${name}(${used.map((each) => FIELD[each]).join(",")})`;
}

const LEAVE = "{out[0]=clock;out[1]=n;return p;}";

/** The address `a`, where it is, `o`, and whether the access crosses a word, `x`. */
function addressSource(bytes: number, address: string): string {
  const crossing = bytes === 1 ? "" : `const x=(a&3)>${4 - bytes};if(x&&(a&65535)>${65536 - bytes})${LEAVE}`;
  return `const a=${address},t=pages[a>>>16];if(t<0)${LEAVE}const o=t+(a&65535);${crossing}`;
}

function leaveSource(bytes: number): string {
  return bytes === 1 ? `p=c[p+${NEXT0}];continue;` : `p=x?c[p+${NEXT1}]:c[p+${NEXT0}];continue;`;
}

function loadSource(bytes: 1 | 2 | 4, signed: boolean, address: string): { source: string; leave: string } {
  const value = bytes === 4
    ? "(o&3)===0?m32[o>>2]:view.getInt32(o,true)"
    : bytes === 2
    ? `(o&1)===0?${signed ? "ms16" : "mu16"}[o>>1]:view.get${signed ? "Int16" : "Uint16"}(o,true)`
    : `${signed ? "ms8" : "mu8"}[o]`;
  return { source: `${addressSource(bytes, address)}const v=${value};`, leave: leaveSource(bytes) };
}

function storeSource(bytes: 1 | 2 | 4, address: string, value: string): { source: string; leave: string } {
  const check = bytes === 1 ? `if(code[o>>4]!==0)${LEAVE}` : `if((code[o>>4]|code[o+${bytes - 1}>>4])!==0)${LEAVE}`;
  const store = bytes === 4
    ? `if((o&3)===0)m32[o>>2]=${value};else view.setInt32(o,${value},true);`
    : bytes === 2
    ? `view.setInt16(o,${value},true);`
    : `mu8[o]=${value};`;
  return { source: `${addressSource(bytes, address)}${check}${store}`, leave: leaveSource(bytes) };
}
