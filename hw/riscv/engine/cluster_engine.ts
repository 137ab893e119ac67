/**
 * The cluster's fast engine: cores in banked memory, by the timing graph instead of their pipelines.
 * @module
 */
import type { TcdmInterconnectState } from "../../bus/tcdm_interconnect.ts";
import { Hart } from "../ri5cy/hart.ts";
import type { Ri5cyPipeline } from "../ri5cy/pipeline.ts";
import { StateWriter } from "../ri5cy/state_writer.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import type { SharedMemory } from "./cluster_access.ts";
import { clusterLoopModule, clusterModule } from "./cluster_module.ts";
import * as page from "./cluster_page.ts";
import { type Segment, SegmentLoop } from "./cluster_segments.ts";
import { CLOCK_AT, LOOP_COUNTS_AT, LOOP_ENDS_AT, LOOP_STARTS_AT, REGISTERS_AT } from "./engine_page.ts";
import type { PortState } from "./fast_engine.ts";
import { FastMemory } from "./fast_memory.ts";
import { codesOf, type InterpreterLoop } from "./interpreter_module.ts";
import { COUNTED, LAST_ACCESS, LAST_RECORD, SEGMENT, SEGMENT_ACCESS, SEGMENT_RECORD } from "./record.ts";
import { Records } from "./records.ts";
import { DECIDE, ESCAPE, PASS, TimingGraph } from "./timing_graph.ts";
import { ASK_GRANT, BOARD_STATE, type CodeWords } from "./timing_oracle.ts";

/** Cycles after which clocks are counted anew, a multiple of the ring. */
const EPOCH_CYCLES = 2 ** 29;

/** What a core needs to go on without the engine. */
export interface Departure {
  /** The last cycle that has passed for it; may lie ahead of the others'. */
  readonly cycle: number;
  /** Instructions that it executed since it came. */
  readonly retired: number;
  /** Whether its request of the board's last cycle was granted, if it had one. */
  readonly won: boolean;
}

/** Cycles that WebAssembly runs before it looks up, so that it may be replaced by better machine code. */
const LONGEST_RUN_CYCLES = 100_000;
/** Requests that make a segment worth its while, as a part of those. */
const FREQUENT = 0.0032;

const modules = new Map<string, WebAssembly.Module>();

/**
 * Runs cores for as long as they only compute and use the shared memory, all of one program. A core that needs something
 * else leaves, its pipeline goes on in the same cycle, and may come back.
 */
export class ClusterEngine {
  /** Requests raised by records after which what runs is written as segments; more with each time. */
  warmRequests = 10_000;
  /** Cores that are here, one bit each, */
  present = 0;
  /** and those that want to leave. */
  get leaving(): number {
    return this.#isClosing ? this.present : this.#words[page.ESCAPED_AT >> 2] & this.present;
  }
  /** Lowest address of code that was looked at, and the first one behind. */
  codeLow: number = Infinity;
  codeHigh = 0;
  /** Contents of the shared memory. */
  readonly bytes: Uint8Array;
  /** State of the arbiters, for the interconnect. */
  readonly arbiters: TcdmInterconnectState;

  readonly #variant: CoreVariant;
  readonly #code: CodeWords;
  readonly #memory: FastMemory;
  readonly #shared: SharedMemory;
  readonly #words: Int32Array;
  /** Two numbers for each cycle. */
  readonly #ring: Int32Array;
  readonly #epoch: Float64Array;
  readonly #module: WebAssembly.Module;
  readonly #year: 2018 | 2019;
  readonly #state = new StateWriter();
  #graph!: TimingGraph;
  #records!: Records;
  #loop!: InterpreterLoop;
  readonly #segments: Segment[] = [];
  #translations = 0;
  /** Per core: instructions that it executed here until the epoch began. */
  readonly #retired = new Float64Array(8);
  /** Whether all have to leave, so that it can forget the program. */
  #isClosing = false;
  /** Accesses that were granted, and requests that records raised until the last translation. */
  #accesses = 0;
  #untranslated = 0;

  /**
   * @param variant which cores
   * @param code the words of their program
   * @param shared the shared memory; where it lies in the linear memory is the engine's business
   */
  constructor(variant: CoreVariant, code: CodeWords, shared: Omit<SharedMemory, "offset">) {
    this.#variant = variant;
    this.#code = code;
    const memory = this.#memory = new FastMemory([shared]);
    const { offset } = memory.blocks[0];
    this.#shared = { ...shared, offset };
    const { buffer } = memory.memory;
    this.bytes = new Uint8Array(buffer, offset, shared.bytes);
    this.#words = memory.words;
    this.#ring = new Int32Array(buffer, page.RING_AT, 2 * page.RING_SLOTS);
    this.#epoch = new Float64Array(buffer, page.EPOCH_AT, 1);
    this.arbiters = {
      flags0: new Uint8Array(buffer, page.FLAGS0_AT, shared.banks),
      flags1: new Uint8Array(buffer, page.FLAGS1_AT, shared.banks),
      turns: new Uint8Array(buffer, page.TURNS_AT, shared.banks),
      freeFrom: new Float64Array(buffer, page.FREE_FROM_AT, shared.banks),
    };
    const year = this.#year = variant.release === "2018_01" ? 2018 : 2019;
    const key = `${variant.instructions.name} ${year} ${JSON.stringify(this.#shared)}`;
    let module = modules.get(key);
    if (module === undefined) {
      const rows = [...codesOf(variant).keys()];
      module = new WebAssembly.Module(clusterModule(rows, year, this.#shared, memory.bytes.length >>> 16));
      modules.set(key, module);
    }
    this.#module = module;
    this.forget();
  }

  /** Accesses whose request was raised by a segment; not less than that. */
  get segmentAccesses(): number {
    return Math.max(0, this.#accesses - this.#untranslated - this.#words[page.UNTRANSLATED_AT >> 2]);
  }

  /** A hart whose registers lie where the engine needs them. */
  hart(core: number): Hart {
    const { buffer } = this.#memory.memory;
    const at = core * page.CORE_BYTES;
    return new Hart(
      new Int32Array(buffer, at + REGISTERS_AT, 33),
      new Int32Array(buffer, at + LOOP_STARTS_AT, 2),
      new Int32Array(buffer, at + LOOP_ENDS_AT, 2),
      new Int32Array(buffer, at + LOOP_COUNTS_AT, 2),
    );
  }

  /** Forgets what it knows of the program. Throws an Error while cores are here. */
  forget(): void {
    if (this.present !== 0) throw new Error("Cannot forget the program: cores are running it. Have them leave first");
    this.#isClosing = false;
    this.codeLow = Infinity;
    this.codeHigh = 0;
    this.#graph = new TimingGraph(
      this.#variant,
      this.#memory,
      (pc, bytes) => {
        this.codeLow = Math.min(this.codeLow, pc >>> 0);
        this.codeHigh = Math.max(this.codeHigh, (pc >>> 0) + bytes);
      },
      { code: this.#code, shared: true },
    );
    this.#records = new Records(this.#graph, this.#memory);
    this.#segments.length = this.#translations = 0;
    this.#countUntranslated();
    this.#words.fill(0, page.SEGMENTS_AT >> 2, page.SEGMENTS_AT + (page.MOST_SEGMENTS + 1) * page.SEGMENT_BYTES >> 2);
    this.#use(this.#module);
  }

  #use(module: WebAssembly.Module): void {
    const records = this.#records;
    const env = {
      memory: this.#memory.memory,
      resolve: records.functions.resolve,
      answer: (at: number, answer: number) => records.answer(at, answer),
    };
    this.#loop = new WebAssembly.Instance(module, { env }).exports.run as InterpreterLoop;
  }

  /** Writes what runs often as segments, if enough has run since the last time. */
  #translateIfWarm(): void {
    if (this.#words[page.UNTRANSLATED_AT >> 2] > this.warmRequests * 8 ** this.#translations) this.#translate();
  }

  #translate(): void {
    const records = this.#records;
    const words = this.#words;
    this.#translations++;
    this.#countUntranslated();
    for (const request of records.requests(this.warmRequests * FREQUENT)) {
      const instruction = records.get(request, LAST_RECORD), access = records.get(request, LAST_ACCESS);
      const known = this.#numberOf({ request, instruction, access }) !== 0;
      const ordinary = access < page.NO_ACCESS && (access & ~7) !== page.TEST_AND_SET;
      if (known || !ordinary || this.#segments.length === page.MOST_SEGMENTS) continue;
      this.#segments.push({ request, instruction, access });
      const number = this.#segments.length;
      records.set(request, SEGMENT, number);
      records.set(request, SEGMENT_RECORD, instruction);
      records.set(request, SEGMENT_ACCESS, access);
      words.set([request, instruction, access], page.SEGMENTS_AT + number * page.SEGMENT_BYTES >> 2);
    }
    const rows = [...codesOf(this.#variant).keys()];
    for (const [index, { request, ...access }] of this.#segments.entries()) {
      const refused = this.#afterRefusal(request);
      if (refused === undefined) continue;
      const number = this.#numberOf({ ...access, request: refused.request });
      words.set([number, refused.cycles], page.SEGMENTS_AT + (index + 1) * page.SEGMENT_BYTES + page.IF_REFUSED >> 2);
    }
    const loop = new SegmentLoop(rows, this.#year, this.#shared, this.#graph, records, this.#segments);
    this.#use(new WebAssembly.Module(clusterLoopModule(loop, this.#memory.bytes.length >>> 16)));
  }

  #countUntranslated(): void {
    this.#untranslated += this.#words[page.UNTRANSLATED_AT >> 2];
    this.#words[page.UNTRANSLATED_AT >> 2] = 0;
  }

  /** The request that a refused one leads to, and the cycles until it is known, if there is nothing but that to it. */
  #afterRefusal(request: number): { readonly request: number; readonly cycles: number } | undefined {
    const records = this.#records;
    if (!records.hasRoomFor(1)) return undefined;
    const pass = records.nodeOf(request)!.next.find(([answer]) => answer === 0)?.[1];
    if (pass?.kind !== PASS || pass.counted !== 0) return undefined;
    const [[, again]] = pass.next;
    if (again.kind !== DECIDE || again.question!.kind !== ASK_GRANT || again.question!.value !== 1) return undefined;
    return { request: records.place(again), cycles: pass.cycles };
  }

  /** The number of a segment; 0 if there is none. */
  #numberOf({ request, instruction, access }: Segment): number {
    const records = this.#records;
    const same = records.get(request, SEGMENT_RECORD) === instruction &&
      records.get(request, SEGMENT_ACCESS) === access;
    return same ? records.get(request, SEGMENT) : 0;
  }

  /**
   * Takes over a core after a cycle has passed; whether it does. To be asked for when the core's own access, if any, is over.
   */
  enter(core: number, pipeline: Ri5cyPipeline, port: PortState, cycle: number): boolean {
    if (this.#records.full) {
      this.#isClosing = this.present !== 0;
      if (this.#isClosing) return false;
      this.forget();
    }
    const { loopStart, loopEnd } = pipeline.hart;
    const state = this.#state.clear().add(port.fetching ? 1 : 0).add(port.fetching ? port.fetchAddress : 0);
    state.add(port.answered ? 1 : 0).add(loopStart[0]).add(loopStart[1]).add(loopEnd[0]).add(loopEnd[1]);
    pipeline.save(state);
    const node = this.#graph.node(state);
    if (node.kind === ESCAPE) return false;
    this.#beginEpoch(cycle);
    const words = this.#words;
    const at = core * page.CORE_BYTES >> 2;
    words[at + (page.RECORD_AT >> 2)] = this.#records.place(node);
    words[at + (page.ACCESS_AT >> 2)] = page.NO_ACCESS;
    words[at + (page.SEGMENT_AT >> 2)] = words[at + (CLOCK_AT >> 2)] = this.#retired[core] = 0;
    words[at + (CLOCK_AT >> 2) + 1] = cycle - this.#epoch[0];
    this.present |= 1 << core;
    this.resume(cycle, 0, 0, 1 << core);
    return true;
  }

  /** Cores that ask for an access in a cycle, one bit each. To be asked for once, before {@linkcode resume}. */
  requests(cycle: number): number {
    return this.#ring[2 * (cycle - this.#epoch[0] & page.RING_SLOTS - 1)] & 0xff;
  }

  /** The word of the shared memory that a core asks for. */
  word(core: number): number {
    return this.#own(core, page.ACCESS_PLACE_AT) - this.#shared.offset >> 2;
  }

  /** Whether it asks for a test-and-set. */
  testsAndSets(core: number): boolean {
    return this.#own(core, page.SEGMENT_AT) === 0 && (this.#own(core, page.ACCESS_AT) & ~7) === page.TEST_AND_SET;
  }

  /** Has cores go on after a cycle in which somebody else arbitrated: those granted, those refused. */
  grant(cycle: number, winners: number, losers: number): void {
    const slot = 2 * (cycle - this.#epoch[0] & page.RING_SLOTS - 1);
    const others = this.#ring[slot] >>> 8 & 0xff;
    this.#ring[slot] = this.#ring[slot + 1] = 0;
    for (let left = winners; left !== 0; left &= left - 1) this.#accesses++;
    if ((winners | losers | others) === 0) return;
    this.resume(cycle, winners, losers, others);
    this.#translateIfWarm();
  }

  /** Has cores go on: after a grant, after a refusal, or from where they are. */
  resume(cycle: number, winners: number, losers: number, others: number): void {
    const words = this.#words;
    words[page.UNTIL_AT >> 2] = words[page.NOW_AT >> 2] = cycle - this.#epoch[0];
    words[page.WINNERS_AT >> 2] = winners;
    words[page.LOSERS_AT >> 2] = losers;
    words[page.OTHERS_AT >> 2] = others;
    words[page.OUTSIDE_AT >> 2] = 1;
    this.#loop(0);
  }

  /** Runs all cores alone, after the cycle `cycle` and no further than `until`, and gives the last cycle that passed. */
  run(cycle: number, until: number): number {
    this.#beginEpoch(cycle);
    const words = this.#words;
    const epoch = this.#epoch[0];
    words[page.NOW_AT >> 2] = cycle - epoch;
    words[page.WINNERS_AT >> 2] = words[page.LOSERS_AT >> 2] = words[page.OTHERS_AT >> 2] = 0;
    words[page.OUTSIDE_AT >> 2] = words[page.CONTENDED_AT >> 2] = words[page.TEST_AND_SETS_AT >> 2] = 0;
    for (let cores = this.present; cores !== 0; cores &= cores - 1) {
      const at = (31 - Math.clz32(cores & -cores)) * page.CORE_BYTES >> 2;
      words[at + (page.GRANTED_AT >> 2)] = words[at + (page.REFUSED_AT >> 2)] = 0;
    }
    const { flags0, turns } = this.arbiters;
    for (let bank = 0; bank < turns.length; bank++) turns[bank] ^= flags0[bank] & 1;
    const last = Math.min(until - epoch, 2 * EPOCH_CYCLES);
    do {
      words[page.UNTIL_AT >> 2] = Math.min(last, words[page.NOW_AT >> 2] + LONGEST_RUN_CYCLES);
      this.#loop(0);
      this.#translateIfWarm();
    } while (words[page.NOW_AT >> 2] < last && this.leaving === 0);
    for (let cores = this.present; cores !== 0; cores &= cores - 1) {
      this.#accesses += this.granted(31 - Math.clz32(cores & -cores));
    }
    // Each grant moves both the flag, among an even number of ports, and the turn.
    for (let bank = 0; bank < turns.length; bank++) turns[bank] ^= flags0[bank] & 1;
    return words[page.NOW_AT >> 2] + epoch;
  }

  /** In the last {@linkcode run}: a core's requests that were granted, */
  granted(core: number): number {
    return this.#own(core, page.GRANTED_AT);
  }

  /** cycles in which they were not, */
  refused(core: number): number {
    return this.#own(core, page.REFUSED_AT);
  }

  /** grants that others had to wait for, */
  get contended(): number {
    return this.#words[page.CONTENDED_AT >> 2];
  }

  /** and test-and-sets. */
  get testAndSets(): number {
    return this.#words[page.TEST_AND_SETS_AT >> 2];
  }

  /** Gives a core back to its pipeline: its state after {@linkcode Departure.cycle}. */
  leave(core: number, pipeline: Ri5cyPipeline, port: PortState): Departure {
    const bit = 1 << core;
    this.present &= ~bit;
    const words = this.#words;
    if ((words[page.ESCAPED_AT >> 2] & bit) === 0) this.#forgetRequests(bit);
    words[page.ESCAPED_AT >> 2] &= ~bit;
    this.#leaveSegment(core);
    let record = this.#own(core, page.RECORD_AT);
    // Who is far enough ahead may have stopped before an answer that nobody has given yet.
    if (this.#records.nodeOf(record) === undefined) record = this.#records.resolve(record);
    const node = this.#records.nodeOf(record)!;
    const state = this.#graph.stateOf(node);
    const { hart } = pipeline;
    port.fetching = state[0] !== 0;
    port.fetchAddress = state[1];
    port.answered = state[2] !== 0;
    for (let i = 0; i < 2; i++) {
      hart.loopStart[i] = state[3 + i];
      hart.loopEnd[i] = state[5 + i];
      // The pipeline counts once more what was counted on the way to a record behind.
      if ((this.#records.get(record, COUNTED) >>> i & 1) !== 0) hart.loopCount[i]++;
    }
    pipeline.restore(state, BOARD_STATE);
    return {
      cycle: this.#own(core, CLOCK_AT + 4) + this.#epoch[0],
      retired: this.#retired[core] + (this.#own(core, CLOCK_AT) >>> 0),
      won: this.#own(core, page.WON_AT) !== 0,
    };
  }

  /** After a core has left and its pipeline has caught up: hands over an access that is still to be granted. */
  handOverAccess(core: number, pipeline: Ri5cyPipeline): void {
    const access = this.#own(core, page.ACCESS_AT);
    if (access === page.NO_ACCESS) return;
    const { op, pc } = this.#records.nodeOf(this.#own(core, page.ACCESS_RECORD_AT))!;
    const { base, offset, alias } = this.#shared;
    const second = access >= page.SECOND_PART;
    const address = this.#own(core, page.ACCESS_PLACE_AT) - offset + base - (second ? 4 : 0);
    pipeline.lsu.reissue(
      op!,
      pc,
      access >= page.TEST_AND_SET && access < page.FIRST_PART ? address + alias : address,
      this.#own(core, page.ACCESS_VALUE_AT),
      this.#own(core, page.ACCESS_FIRST_AT),
    );
  }

  /** Has the core's part say what its segment stands for. */
  #leaveSegment(core: number): void {
    const words = this.#words;
    const at = core * page.CORE_BYTES >> 2;
    const segment = words[at + (page.SEGMENT_AT >> 2)];
    if (segment === 0) return;
    const { request, instruction, access } = this.#segments[segment - 1];
    words[at + (page.SEGMENT_AT >> 2)] = 0;
    words[at + (page.RECORD_AT >> 2)] = request;
    words[at + (page.ACCESS_RECORD_AT >> 2)] = instruction;
    words[at + (page.ACCESS_AT >> 2)] = access;
  }

  #forgetRequests(core: number): void {
    const ring = this.#ring;
    for (let slot = 0; slot < ring.length; slot += 2) ring[slot] &= ~(core | core << 8);
  }

  #own(core: number, at: number): number {
    return this.#words[core * page.CORE_BYTES + at >> 2];
  }

  /** Counts cycles from a later one, and instructions anew, so that they stay small numbers. */
  #beginEpoch(cycle: number): void {
    const epoch = this.#epoch[0];
    if (cycle - epoch < EPOCH_CYCLES) return;
    const later = Math.floor((cycle - epoch) / page.RING_SLOTS) * page.RING_SLOTS;
    this.#epoch[0] = epoch + later;
    for (let cores = this.present; cores !== 0; cores &= cores - 1) {
      const core = 31 - Math.clz32(cores & -cores);
      const at = core * page.CORE_BYTES + CLOCK_AT >> 2;
      this.#retired[core] += this.#words[at] >>> 0;
      this.#words[at] = 0;
      this.#words[at + 1] -= later;
    }
  }
}
