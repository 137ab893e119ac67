/**
 * Translations that go on in each other, without coming back to JavaScript in between.
 * @module
 */
import { CLOCK_AT, EXIT_AT, LAST_LIMIT_AT, LIMIT_AT } from "./engine_page.ts";
import { EXIT_BYTES, EXIT_CLOCK, EXIT_NEXT, EXITS_BYTES, type FastMemory, VISITS_BYTES } from "./fast_memory.ts";
import type { Block } from "./control_flow.ts";
import type { Exit } from "./flow_writer.ts";
import type { TimingNode } from "./timing_graph.ts";
import type { Translation } from "./translator.ts";
import { WASM, WasmCode, wasmModule } from "./wasm_code.ts";

/** Bits of what comes next: the number of an entry, and above them one of a translation, from 1 on. */
const SELECTOR_BITS = 12;
/** Entries of a translation that others may go on with. */
export const MOST_ENTRIES: number = 1 << SELECTOR_BITS;
/** Translations at most. */
const MOST_TRANSLATIONS = 1 << 12;

/** Runs translations, from what comes first until one has nothing that comes next. */
type Dispatcher = (next: number) => void;

const dispatchers = new Map<number, WebAssembly.Module>();

/** The same for all memories of a size. */
function dispatcherModule(pages: number): WebAssembly.Module {
  let module = dispatchers.get(pages);
  if (module !== undefined) return module;
  const NEXT = 0;
  const code = new WasmCode().begin(WASM.loop);
  code.index(WASM.localGet, NEXT).constant(MOST_ENTRIES - 1).op(WASM.i32And);
  code.index(WASM.localGet, NEXT).constant(SELECTOR_BITS).op(WASM.i32ShrU);
  code.index(WASM.callIndirect, 1).unsigned(0).index(WASM.localTee, NEXT).index(WASM.brIf, 0).op(WASM.end).constant(0);
  module = new WebAssembly.Module(
    wasmModule([{ name: "run", parameters: 1, locals32: 0, body: code }], { pages, table: true }),
  );
  dispatchers.set(pages, module);
  return module;
}

/** The translations of a program, and where their exits lead. */
export class LinkedCode {
  /** The exits of all translations, */
  readonly #exits: Exit[] = [];
  /** and their blocks, if they are counted. */
  readonly #counted: Block[] = [];
  readonly #memory: FastMemory;
  readonly #words: Int32Array;
  #table: WebAssembly.Table | undefined;
  #dispatch: Dispatcher | undefined;
  /** Codes of entries, by node. */
  readonly #entries = new Map<TimingNode, number>();
  /** Exits that lead to a node that is no entry yet, by number. */
  readonly #open = new Map<TimingNode, number[]>();
  #translations = 0;

  /** @param memory whose code it is */
  constructor(memory: FastMemory) {
    this.#memory = memory;
    this.#words = memory.words;
  }

  /** The functions of all translations; made for the first one. */
  #functions(): WebAssembly.Table {
    if (this.#table === undefined) {
      const table = this.#table = new WebAssembly.Table({ element: "anyfunc", initial: MOST_TRANSLATIONS });
      const module = dispatcherModule(this.#memory.bytes.length >>> 16);
      const env = { memory: this.#memory.memory, table };
      this.#dispatch = new WebAssembly.Instance(module, { env }).exports.run as Dispatcher;
    }
    return this.#table;
  }

  /** Where the exits of the next translation will lie, */
  get exitsAt(): number {
    return this.#memory.exitsAt + EXIT_BYTES * this.#exits.length;
  }

  /** and the counters of its blocks. */
  get visitsAt(): number {
    return this.#memory.visitsAt + 4 * this.#counted.length;
  }

  /** Whether there is room for another translation. */
  hasRoomFor({ exits, counted }: Translation): boolean {
    return this.#translations + 1 < MOST_TRANSLATIONS &&
      EXIT_BYTES * (this.#exits.length + exits.length) <= EXITS_BYTES &&
      4 * (this.#counted.length + counted.length) <= VISITS_BYTES;
  }

  /** What {@linkcode run} wants to know of an entry; undefined if the node is none. */
  entry(node: TimingNode): number | undefined {
    return this.#entries.get(node);
  }

  /**
   * Adds a translation that was made for {@linkcode exitsAt}. With `links`, it goes on with others where it ends, and
   * others go on with it.
   */
  add({ run, exits, counted }: Translation, entries: readonly TimingNode[], links: boolean): void {
    const number = ++this.#translations;
    this.#functions().set(number, run);
    this.#counted.push(...counted);
    const own = new Set(entries);
    for (const exit of exits) {
      const index = this.#exits.push(exit) - 1;
      const clock = this.#place(index) + EXIT_CLOCK >> 2;
      this.#words[clock] = exit.instructions;
      this.#words[clock + 1] = exit.cycles;
      this.#setNext(index, 0);
      // At its own entries it ends because it cannot go on there.
      if (links && !own.has(exit.node)) this.#lead(index, exit.node);
    }
    entries.forEach((entry, selector) => {
      const code = number << SELECTOR_BITS | selector;
      this.#entries.set(entry, code);
      for (const index of this.#open.get(entry) ?? []) this.#setNext(index, code);
      this.#open.delete(entry);
    });
  }

  #lead(index: number, node: TimingNode): void {
    const code = this.#entries.get(node);
    if (code !== undefined) this.#setNext(index, code);
    else {
      const open = this.#open.get(node);
      if (open !== undefined) open.push(index);
      else this.#open.set(node, [index]);
    }
  }

  #setNext(exit: number, next: number): void {
    this.#words[this.#place(exit) + EXIT_NEXT >> 2] = next;
  }

  #place(exit: number): number {
    return this.#memory.exitsAt + EXIT_BYTES * exit;
  }

  /** Forgets all translations, and gives their entries. */
  forget(): TimingNode[] {
    const entries = [...this.#entries.keys()];
    for (let i = 1; i <= this.#translations; i++) this.#functions().set(i, null);
    this.#entries.clear();
    this.#open.clear();
    this.collect();
    this.#exits.length = this.#counted.length = this.#translations = 0;
    return entries;
  }

  /** Adds the visits that were counted to the nodes. */
  collect(): void {
    const words = this.#words;
    this.#counted.forEach((block, index) => {
      const at = (this.#memory.visitsAt >> 2) + index;
      const visits = words[at] >>> 0;
      if (visits === 0) return;
      words[at] = 0;
      for (const { node } of block.steps) node.visits += visits;
    });
  }

  /**
   * Runs from an entry, for so many cycles or to the next place at which code may be entered after that; or for so many
   * more cycles. Leaves what has passed in the clock, and gives the exit that was taken.
   */
  run(entry: number, cycles: number, mostCycles: number): Exit {
    const words = this.#words;
    words[CLOCK_AT >> 2] =
      words[(CLOCK_AT >> 2) + 1] =
      words[LIMIT_AT >> 2] =
      words[LAST_LIMIT_AT >> 2] =
        0;
    words[(LIMIT_AT >> 2) + 1] = cycles;
    words[(LAST_LIMIT_AT >> 2) + 1] = mostCycles;
    this.#dispatch!(entry);
    return this.#exits[(words[EXIT_AT >> 2] - this.#memory.exitsAt) / EXIT_BYTES];
  }
}
