/**
 * The single-core board on which the core recordings were made: one core, its own memory, a few registers.
 * @module
 */
import { hex } from "../bus/address_map.ts";
import type { CoreProfile } from "../riscv/engine/core_profile.ts";
import { hartIn } from "../riscv/engine/engine_page.ts";
import { FastEngine } from "../riscv/engine/fast_engine.ts";
import { CODE_GRANULE_BYTES, FastMemory } from "../riscv/engine/fast_memory.ts";
import { Cv32e40pPipeline } from "../riscv/cv32e40p/pipeline.ts";
import type { CodeSection } from "../riscv/isa/program.ts";
import { loopFault, startsLoop } from "../riscv/ri5cy/loop_fault.ts";
import type { MicroOperation } from "../riscv/ri5cy/micro_operation.ts";
import { Ri5cyPipeline } from "../riscv/ri5cy/pipeline.ts";
import type { Hart } from "../riscv/ri5cy/hart.ts";
import type { Prefetcher } from "../riscv/ri5cy/prefetcher.ts";
import type { CoreVariant } from "../riscv/ri5cy/variants.ts";

/** What a board loads: an ELF file or an assembled program. */
export interface LoadableProgram {
  /** Blocks of memory; bytes after `bytes` are 0. */
  readonly segments: readonly { readonly address: number; readonly bytes: Uint8Array; readonly sizeInMemory: number }[];
  /** Where instructions are, if that is known; there may be others. */
  readonly code?: readonly CodeSection[];
  /** Names of places, for messages. */
  symbolAt?(address: number): { readonly name: string; readonly offset: number } | undefined;
}

/** What can be seen of the core of a {@linkcode CoreBench}. */
export interface BenchCore {
  /** Its registers. */
  readonly hart: Hart;
  /** Address of the instruction in decode, or of the last one that was there. */
  readonly pc: number;
  /** Whether it sleeps until an interrupt line rises. */
  readonly asleep: boolean;
}

/** Slow memory, in cycles; all 0 by default. */
export interface CoreBenchDelays {
  /** Cycles that a data access waits for its grant. */
  readonly dataGrant?: number;
  /** Cycles that its answer comes later than one cycle after the grant; 30 at most. */
  readonly dataValid?: number;
  /** Cycles that an instruction fetch waits for its grant. */
  readonly fetchGrant?: number;
}

/** An interrupt to raise. */
export interface CoreBenchInterrupt {
  /** Number of the line, 0 to 31. */
  readonly id: number;
  /** The cycle whose ending edge samples it first. */
  readonly cycle: number;
}

/** The engine that runs a program; the cycles are the same. */
export type EngineName = "reference" | "interpreter" | "fast";

/** Where the blocks of memory are, in bytes. */
export const RAM_BASE = 0x1c00_0000, RAM_BYTES = 1 << 20, DATA_BASE = 0x1000_0000, DATA_BYTES = 256 << 10;
/** Where a core starts. */
export const RESET_ADDRESS = 0x1c00_0080;
/** Registers: status word that ends the run, character out, word out in hex, drop of the interrupt line. */
export const EXIT = 0x1a10_40a0, PUT_CHARACTER = 0x1a10_f000, PUT_WORD = 0x1a10_f004, DROP_INTERRUPT = 0x1a10_f008;

/** A program that cannot go on; the message says where and why. */
export class ProgramError extends Error {
  /** The class's name, for stack traces and tests. */
  override name = "ProgramError";
}

/**
 * One core with 1 MiB for code, data and stack at 0x1c000000, 256 KiB at 0x10000000, and four registers at 0x1a1040a0 and
 * 0x1a10f000. Cycles count from the first instruction: cycle 0 is the one in which it leaves decode.
 */
export class CoreBench {
  /** Number of the cycle that comes next; 0 until the first instruction has left decode. */
  cycle = 0;
  /** Status word that the program stored; undefined while it runs. */
  exitCode: number | undefined;
  /** What it printed. */
  console = "";
  /** Instructions that left decode. */
  retired = 0;
  /** Cycles up to and with the one in which the last instruction left decode. */
  cycles = 0;
  /** Called for each instruction that leaves decode; whoever asks for that gets the pipeline, on any engine. */
  onRetire: ((cycle: number, pc: number, op: MicroOperation) => void) | undefined;

  /** Called for what is forbidden, but nothing that stops the core: hardware loops with bodies that are not legal. */
  onWarning: ((message: string) => void) | undefined;

  readonly #core: Ri5cyPipeline | Cv32e40pPipeline;
  readonly #program: LoadableProgram;
  readonly #memory = new FastMemory([{ base: RAM_BASE, bytes: RAM_BYTES }, { base: DATA_BASE, bytes: DATA_BYTES }]);
  readonly #fast: FastEngine | undefined;
  readonly #profile: CoreProfile | undefined;
  readonly #delays: Required<CoreBenchDelays>;
  readonly #interrupts: CoreBenchInterrupt[];
  #started = false;
  /** Cycles before the first instruction. */
  #idle = 0;
  #dataWait = 0;
  #fetchWait = 0;
  #fetchPending = false;
  #fetchAddress = 0;
  /** Answers on their way: bit n arrives in n cycles. */
  #answers = 0;
  /** The instruction that set a hardware loop's count, until one comes that sets nothing up. */
  #loopSet: { readonly pc: number; readonly loop: number; readonly cycle: number } | undefined;
  /** Instructions that there has been a warning of. */
  readonly #warned = new Set<number>();
  #dropInterrupt = false;
  /** Whether it was the fast engine that executed the last instruction. */
  #ranFast = false;
  #illegal: { readonly pc: number; readonly word: number; readonly cycle: number } | undefined;

  /**
   * Loads a program. Throws a {@linkcode ProgramError} if it has bytes where the board has no memory.
   *
   * @param warmCycles see {@linkcode HotCode.warmCycles}
   */
  constructor(
    variant: CoreVariant,
    program: LoadableProgram,
    delays: CoreBenchDelays = {},
    interrupts: readonly CoreBenchInterrupt[] = [],
    engine: EngineName = "reference",
    profile?: CoreProfile,
    warmCycles?: number,
  ) {
    this.#program = program;
    this.#delays = { dataGrant: 0, dataValid: 0, fetchGrant: 0, ...delays };
    this.#interrupts = [...interrupts].sort((a, b) => b.cycle - a.cycle);
    for (const { address, bytes, sizeInMemory } of program.segments) {
      const last = address + Math.max(0, sizeInMemory - 1);
      const offset = this.#memory.offset(address);
      if (offset < 0 || last > 0xffff_ffff || this.#memory.offset(last) - offset !== last - address) {
        throw new ProgramError(
          `Cannot load segment ${
            hex(address)
          }, ${sizeInMemory} bytes: the board has memory at 0x1c000000 (1 MiB) and ` +
            `at 0x10000000 (256 KiB)`,
        );
      }
      this.#memory.bytes.set(bytes, offset);
    }
    const identity = { core: 0, cluster: 0, bootAddress: RESET_ADDRESS };
    this.#core = variant.release === "1_8_3"
      ? new Cv32e40pPipeline(variant, this, identity)
      : new Ri5cyPipeline(variant, this, identity, hartIn(this.#memory));
    this.#profile = profile;
    this.#core.observed = profile !== undefined;
    const { dataGrant, dataValid, fetchGrant } = this.#delays;
    if (engine !== "reference" && this.#core instanceof Ri5cyPipeline && dataGrant + dataValid + fetchGrant === 0) {
      this.#fast = new FastEngine(this.#core, this.#memory, {
        translates: engine === "fast",
        profile: profile && ((node) => profile.addNode(node)),
        code: program.code,
        warmCycles,
      });
    }
  }

  /** How many of its cycles passed in translated code. */
  get translatedCycles(): number {
    return this.#fast?.translatedCycles ?? 0;
  }

  /** The core. */
  get core(): BenchCore {
    return this.#core;
  }

  /** A copy of the memory from an address on, as far as its block goes. Throws a RangeError where there is none. */
  read(address: number, bytes: number): Uint8Array {
    const offset = this.#memory.offset(address);
    const block = this.#memory.blocks.find((each) => offset >= each.offset && offset < each.offset + each.bytes);
    if (block === undefined) throw new RangeError(`Cannot read ${hex(address)}: the board has no memory there`);
    return this.#memory.bytes.slice(offset, Math.min(offset + bytes, block.offset + block.bytes));
  }

  /** Answers a fetch. */
  request(address: number): boolean {
    if (this.#fetchWait < this.#delays.fetchGrant) {
      this.#fetchWait++;
      return false;
    }
    this.#fetchWait = 0;
    this.#fetchAddress = address;
    return this.#fetchPending = true;
  }

  /**
   * Runs to the end, or until `maxCycles` have passed; gives the exit status or undefined. Throws a
   * {@linkcode ProgramError} if the program does what the board cannot, or, without `maxCycles`, sleeps forever.
   */
  run(maxCycles = Infinity): number | undefined {
    const fast = this.onRetire === undefined ? this.#fast : undefined;
    try {
      while (this.exitCode === undefined && this.cycle < maxCycles) {
        // A profile has an instruction's cycles from one place: the pipeline goes on to its end.
        const isApart = this.#profile?.complete !== false && this.#loopSet === undefined;
        if (fast !== undefined && isApart && this.#core.retired) this.#runFast(fast, maxCycles);
        this.step();
        if (maxCycles === Infinity && this.#core.asleep) this.#checkSleep();
      }
    } finally {
      this.#fast?.collect();
    }
    return this.exitCode;
  }

  /** One cycle. Throws a {@linkcode ProgramError} if the program does what the board cannot. */
  step(): void {
    const core = this.#core;
    const { lsu, prefetcher } = core;
    if (this.#interrupts.length > 0) this.#raiseInterrupts();
    prefetcher.dataValid = this.#fetchPending;
    if (this.#fetchPending) {
      this.#fetchPending = false;
      this.#deliver(prefetcher);
    }
    lsu.answered = (this.#answers & 1) !== 0;
    this.#answers >>>= 1;
    core.begin();
    if (lsu.request) {
      if (this.#dataWait < this.#delays.dataGrant) this.#dataWait++;
      else {
        this.#dataWait = 0;
        lsu.granted = true;
        this.#answers |= 1 << this.#delays.dataValid;
        this.#access();
      }
    }
    core.finish();
    if (this.#dropInterrupt) core.irq = this.#dropInterrupt = false;
    this.#profile?.addCycle(core);
    if (core.illegal) this.#meetIllegal();
    if (core.retired) {
      this.#started = true;
      this.#ranFast = false;
      this.retired++;
      this.cycles = this.cycle + 1;
      this.onRetire?.(this.cycle, core.retiredPc, core.retiredOperation);
      if (this.onWarning !== undefined) this.#watchLoops();
    }
    if (this.#started) this.cycle++;
    else if (++this.#idle > LONGEST_START * (1 + this.#delays.fetchGrant)) {
      this.#fail("Cannot start: the core meets nothing but illegal instructions and fences", core.pc);
    }
  }

  #runFast(engine: FastEngine, maxCycles: number): void {
    const port = { fetching: this.#fetchPending, fetchAddress: this.#fetchAddress, answered: this.#answers !== 0 };
    const limit = Math.min(maxCycles, this.#interrupts.at(-1)?.cycle ?? Infinity);
    this.cycle = engine.run(this.cycle, limit, port);
    if (engine.retired === 0) return;
    this.#ranFast = true;
    this.retired += engine.retired;
    this.cycles = this.cycle;
    this.#fetchPending = port.fetching;
    this.#fetchAddress = port.fetchAddress;
    this.#answers = port.answered ? 1 : 0;
  }

  #raiseInterrupts(): void {
    while (this.#started && this.#interrupts.length > 0 && this.#interrupts.at(-1)!.cycle <= this.cycle) {
      this.#core.irq = true;
      this.#core.irqId = this.#interrupts.pop()!.id;
    }
  }

  #deliver(prefetcher: Pick<Prefetcher, "data" | "words">): void {
    const offset = this.#memory.offset(this.#fetchAddress);
    const { data, words } = prefetcher;
    for (let i = 0; i < words; i++) data[i] = offset < 0 ? 0 : this.#memory.words[(offset >>> 2) + i];
  }

  #access(): void {
    const { lsu } = this.#core;
    if (lsu.replayed) return;
    const { words, code } = this.#memory;
    const offset = this.#memory.offset(lsu.address);
    if (offset < 0) return this.#accessRegister();
    const index = offset >>> 2;
    if (!lsu.write) lsu.readData = words[index];
    else {
      const mask = LANES[lsu.lanes];
      const word = words[index] & ~mask | lsu.data & mask;
      if (code[offset / CODE_GRANULE_BYTES | 0] !== 0 && word !== words[index]) this.#fast?.forget();
      words[index] = word;
    }
  }

  #accessRegister(): void {
    const { address, data, write } = this.#core.lsu;
    if (write) {
      switch (address) {
        case EXIT:
          this.exitCode = data >>> 0;
          return;
        case PUT_CHARACTER:
          this.console += String.fromCharCode(data & 0xff);
          return;
        case PUT_WORD:
          this.console += (data >>> 0).toString(16).padStart(8, "0") + "\n";
          return;
        case DROP_INTERRUPT:
          this.#dropInterrupt = true;
          return;
      }
    }
    this.#fail(
      `Cannot ${write ? `store ${hex(data)} to` : "load from"} ${hex(address)}: nothing is mapped there`,
      this.#core.lsu.pc,
    );
  }

  /** Start, end and count may come in any order: they are looked at when the first other instruction has come. */
  #watchLoops(): void {
    const { retiredOperation: { decoded }, retiredPc: pc } = this.#core;
    if (decoded?.instruction.timing === "hwloop") {
      if (startsLoop(decoded.instruction)) this.#loopSet = { pc, loop: decoded.L, cycle: this.cycle };
    } else if (this.#loopSet !== undefined) {
      this.#checkLoop(this.#loopSet);
      this.#loopSet = undefined;
    }
  }

  #checkLoop({ pc, loop, cycle }: { readonly pc: number; readonly loop: number; readonly cycle: number }): void {
    const { hart: { loopStart, loopEnd, loopCount }, variant } = this.#core;
    if (loopCount[loop] >>> 0 < 2 || this.#warned.has(pc)) return;
    const [start, end] = [loopStart[loop], loopEnd[loop]];
    const fault = loopFault(start, end, variant, (address) => {
      const offset = this.#memory.offset(address);
      return offset < 0 ? 0 : this.#memory.words[offset >>> 2];
    });
    if (fault === undefined) return;
    this.#warned.add(pc);
    const where = `from ${this.#place(start)} to ${this.#place(end)}`;
    this.onWarning?.(`Hardware loop ${loop} ${where} is not legal: ${fault}; pc ${this.#place(pc)}, cycle ${cycle}`);
  }

  /** A core that sleeps is woken by interrupts only, and those are known. */
  #checkSleep(): void {
    const { pc, irq } = this.#core;
    if (irq || this.#interrupts.length > 0) return;
    this.#fail("Cannot go on: the core sleeps (wfi) and no interrupt is left that could wake it", pc);
  }

  /** An illegal instruction traps; it ends the run if the trap meets another one at once, or no memory. */
  #meetIllegal(): void {
    const { pc, word } = this.#core;
    const before = this.#illegal;
    if (this.#memory.offset(pc) < 0) {
      const from = this.#ranFast ? this.#fast!.lastPc : this.#core.retiredPc;
      const origin = from === undefined || this.retired === 0 ? "" : `; ${this.#place(from)} led there`;
      this.#fail(`Cannot fetch from ${hex(pc)}: nothing is mapped there${origin}`, pc);
    }
    if (before !== undefined && pc === this.#core.illegalEntry) {
      this.#fail(
        `Cannot execute ${
          hex(before.word)
        }: it is no instruction of ${this.#core.variant.name}, and the trap finds no ` +
          `handler at ${hex(pc)}${(before.word & 0xffff) === 0 ? EMPTY : ""}`,
        before.pc,
        before.cycle,
      );
    }
    this.#illegal = { pc, word, cycle: this.cycle };
  }

  #fail(what: string, pc: number, cycle = this.cycle): never {
    throw new ProgramError(`${what}; pc ${this.#place(pc)}, cycle ${cycle}`);
  }

  #place(address: number): string {
    const place = this.#program.symbolAt?.(address >>> 0);
    const name = place === undefined ? "" : ` (${place.name}${place.offset > 0 ? `+${place.offset}` : ""})`;
    return hex(address) + name;
  }
}

/** Fetches within which a first instruction has to come; traps of illegal ones may go in circles. */
const LONGEST_START = 1000;
/** What to think of when instructions are 0. */
const EMPTY = "; memory is 0 there: did the program run past its end, or into its data?";

/** Bits of the byte lanes. */
const LANES = Int32Array.from({ length: 16 }, (_, lanes) => {
  let mask = 0;
  for (let i = 0; i < 4; i++) if ((lanes >>> i & 1) !== 0) mask |= 0xff << 8 * i;
  return mask;
});
