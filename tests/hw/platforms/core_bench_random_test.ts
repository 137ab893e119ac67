import { assert, assertEquals } from "@std/assert";
import {
  CoreBench,
  DATA_BASE,
  type LoadableProgram,
  ProgramError,
  RAM_BASE,
} from "../../../hw/platforms/core_bench.ts";
import { ElfError, readElf } from "../../../hw/riscv/elf.ts";
import type { InstructionSet } from "../../../hw/riscv/isa/decoder.ts";
import { cv32e40p, ri5cy } from "../../../hw/riscv/isa/isa.ts";
import { type CoreName, coreVariants } from "../../../hw/riscv/ri5cy/variants.ts";
import { core, coreElf, elf } from "../../golden_files.ts";
import { compareEngines } from "../riscv/engine/compare_engines.ts";
import { type Random, randomOf } from "../riscv/random_firmware.ts";
import { cases, seed as firstSeed } from "../../sampling.ts";

const CORES = Object.keys(coreVariants) as CoreName[];
/** Cycles of a program; enough for the fast engine, which leaves the last 2048 to the pipeline. */
const CYCLES = 3000;
/** Programs in a soak are this many, so that its passes have programs of their own. */
const PASS = 500_000;
const FIRST = cases(firstSeed, 1 + (firstSeed - 1) * PASS);
/** Among so many programs, one runs on all engines, and they are compared. */
const COMPARED = 20;

/** How many programs ended in which way. */
interface Ends {
  refused: number;
  failed: number;
  ran: number;
}

/** Runs what may not be a program. Whatever it is: nothing but the errors that are meant for it, and not for ever. */
function survive(label: string, name: CoreName, load: () => LoadableProgram, ends: Ends): void {
  try {
    const board = new CoreBench(coreVariants[name], load(), {}, [], "fast", undefined, 1);
    board.run(CYCLES);
    assert(board.cycle <= CYCLES, `${label} ran for ${board.cycle} cycles`);
    ends.ran++;
  } catch (error) {
    const expected = error instanceof ProgramError || error instanceof ElfError;
    if (!expected) throw new Error(`${label} on ${name} broke the board`, { cause: error });
    assert(error.message.startsWith("Cannot ") && error.message.length < 400, error.message);
    if (error instanceof ElfError) ends.refused++;
    else ends.failed++;
  }
}

/** Encodings whose fields can hold anything. */
function formsOf(set: InstructionSet): readonly { readonly mask: number; readonly match: number }[] {
  return set.instructions.filter((row) => row.expands === undefined).map((row) => set.encodingOf(row));
}
const forms = { ri5cy: formsOf(ri5cy), cv32e40p: formsOf(cv32e40p) };

/** Any words, or words that are instructions more often than not; pointers to data are in most registers. */
function randomWords(random: Random, name: CoreName): Uint32Array {
  const set = forms[coreVariants[name].instructions.name];
  const purity = random(3);
  const words = Array.from({ length: 16 + random(100) }, () => {
    const word = random(2 ** 32);
    if (purity === 0 || random(20) === 0) return word;
    const { mask, match } = set[random(set.length)];
    return (match | word & ~mask) >>> 0;
  });
  const pointers = Array.from({ length: 31 }, (_, index) => (DATA_BASE + 4096 * random(32)) | index + 1 << 7 | 0x37);
  return Uint32Array.of(
    ...Array.from({ length: 32 }, () => random(4) > 0 ? 0 : random(2 ** 32)),
    ...pointers,
    ...words,
  );
}

Deno.test("CoreBench throws nothing but ProgramErrors, and comes to an end, at random words", () => {
  const ends = { refused: 0, failed: 0, ran: 0 };
  for (let seed = FIRST; seed < FIRST + cases(300, PASS); seed++) {
    const random = randomOf(seed);
    const name = CORES[random(CORES.length)];
    const bytes = new Uint8Array(randomWords(random, name).buffer);
    const program = { segments: [{ address: RAM_BASE, bytes, sizeInMemory: bytes.length }] };
    survive(`random words ${seed}`, name, () => program, ends);
    if (seed % COMPARED > 0 || name === "cv32e40p_1_8_3") continue;
    const { difference } = compareEngines({ core: name, program, stops: [CYCLES / 2, CYCLES], warmCycles: 1 });
    assertEquals(difference, undefined, `random words ${seed} on ${name}`);
  }
  assert(ends.ran > 0 && ends.failed > 0);
});

/** Changes some bytes, most of them in the headers or in the code that runs first, or cuts the file. */
function damaged(random: Random, file: Uint8Array): Uint8Array {
  const copy = file.slice();
  const places = [52 + 64, copy.length, 4096 + 256];
  for (let count = 1 + random(4); count > 0; count--) {
    const at = random(places[random(places.length)]) % copy.length;
    const change = random(4);
    if (change === 0) copy[at] ^= 1 << random(8);
    else if (change === 1) copy.fill([0, 0xff, random(256)][random(3)], at, at + 1 + random(4));
    else if (change === 2) copy.copyWithin(at, random(copy.length), random(copy.length));
    else copy[at] = random(256);
  }
  return random(8) === 0 ? copy.subarray(0, random(copy.length)) : copy;
}

Deno.test("CoreBench throws nothing but ElfErrors and ProgramErrors, and comes to an end, at random damage to programs", () => {
  const files = new Map(CORES.map((name) => {
    const programs = Object.keys(core().golden.programs).filter((program) =>
      core().golden.programs[program].runs[name]
    );
    return [name, programs.map((program) => elf("core", coreElf(program, name)))];
  }));
  const ends = { refused: 0, failed: 0, ran: 0 };
  for (let seed = FIRST; seed < FIRST + cases(300, PASS); seed++) {
    const random = randomOf(seed);
    const name = CORES[random(CORES.length)];
    const whole = files.get(name)!;
    const file = damaged(random, whole[random(whole.length)]);
    survive(`damaged program ${seed}`, name, () => readElf(file), ends);
  }
  assert(ends.refused > 0 && ends.ran > 0 && ends.failed > 0);
});
