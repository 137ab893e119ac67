/**
 * The same work on the two core models: generator firmware on FirmwareCore, programs on Ri5cyPipeline with ideal fetch.
 * @module
 */
import { assert } from "@std/assert";
import type { Access } from "../../../hw/bus/access.ts";
import { Ram } from "../../../hw/memory/ram.ts";
import { connect } from "../../../hw/port.ts";
import { CoreBench, DATA_BASE, type LoadableProgram, RESET_ADDRESS } from "../../../hw/platforms/core_bench.ts";
import { FirmwareCore } from "../../../hw/riscv/firmware_core.ts";
import { coreVariants, withIdealFetch } from "../../../hw/riscv/ri5cy/variants.ts";
import { MHz, type Process, Simulation } from "../../../sim/mod.ts";

/** Bytes of data memory that both have. */
export const DATA_BYTES = 4096;

/** What is compared. */
export interface Outcome {
  /** Cycles from the first instruction to the one behind the last. */
  readonly cycles: number;
  /** Instructions. */
  readonly instructions: number;
  /** x0 to x30; x31 is the bench's own. */
  readonly registers: readonly number[];
  /** The data memory at {@linkcode DATA_BASE}. */
  readonly memory: Uint8Array;
}

/** How a core is to be run. */
export interface Run {
  /** What the data memory holds before; the rest is 0. */
  readonly data?: Uint8Array;
  /** Cycles that each access waits for its grant. */
  readonly grantDelay?: number;
}

/** A memory that grants after some cycles. */
class DelayedRam extends Ram {
  grantDelay = 0;
  #access: Access | undefined;
  readonly #later = this.sim.task(`${this.path}.later`, () => super.request(this.#access!), { clock: this.clock });

  override request(access: Access): void {
    if (this.grantDelay === 0) return super.request(access);
    this.#access = access;
    this.#later.after(this.grantDelay);
  }
}

/** Runs a generator. */
export function runFirmware(program: (core: FirmwareCore) => Process | void, { data, grantDelay }: Run = {}): Outcome {
  const sim = new Simulation();
  const clock = sim.clock("core", MHz(100));
  const ram = new DelayedRam(sim, "ram", { base: DATA_BASE, sizeBytes: DATA_BYTES }, { clock });
  ram.grantDelay = grantDelay ?? 0;
  if (data !== undefined) ram.bytes.set(data);
  const core = new FirmwareCore(sim, "core", { coreId: 0, clusterId: 0 }, { clock });
  connect(core.data, ram.local);
  core.start(function* () {
    const body = program(core);
    if (body !== undefined) yield* body;
  }, false);
  sim.run();
  return {
    cycles: core.cycle,
    instructions: core.instructions.value,
    registers: Array.from(core.registers.subarray(0, 31)),
    memory: ram.bytes,
  };
}

/** Runs a program that starts at the reset address, until the instruction at `done` leaves decode; that has to be `lui t6`. */
export function runProgram(program: LoadableProgram, done: number, { data, grantDelay }: Run = {}): Outcome {
  const given = data ?? new Uint8Array();
  const segments = [...program.segments, { address: DATA_BASE, bytes: given, sizeInMemory: DATA_BYTES }];
  const board = new CoreBench(
    withIdealFetch(coreVariants.ri5cy_2019_11),
    { segments, symbolAt: (address) => program.symbolAt?.(address) },
    { dataGrant: grantDelay ?? 0 },
  );
  let cycles = -1;
  board.onRetire = (cycle, pc) => {
    if (pc >>> 0 === done) cycles = cycle;
  };
  for (let patience = 1_000_000; cycles < 0; patience--) {
    assert(patience > 0, "the program does not come to its end");
    board.step();
  }
  return {
    cycles,
    instructions: board.retired - 1,
    registers: Array.from(board.core.hart.registers.subarray(0, 31)),
    memory: board.read(DATA_BASE, DATA_BYTES),
  };
}

/** A program of words at the reset address, with its `done` behind it. */
export function wordsProgram(words: readonly number[]): { readonly program: LoadableProgram; readonly done: number } {
  const all = Int32Array.from([...words, LUI_T6, STORE_EXIT]);
  const bytes = new Uint8Array(all.buffer);
  return {
    program: { segments: [{ address: RESET_ADDRESS, bytes, sizeInMemory: bytes.length }] },
    done: RESET_ADDRESS + 4 * words.length,
  };
}

/** `lui t6, 0x1a104` and `sw x0, 0xa0(t6)`: the end of a run on the bench. */
const LUI_T6 = 0x1a10_4fb7, STORE_EXIT = 0x0a0f_a023;
