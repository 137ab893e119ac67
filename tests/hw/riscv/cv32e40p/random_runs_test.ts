import { assertEquals } from "@std/assert";
import { gunzipSync } from "node:zlib";
import { Cv32e40pPipeline } from "../../../../hw/riscv/cv32e40p/pipeline.ts";
import { coreVariants } from "../../../../hw/riscv/ri5cy/variants.ts";

const GOLDEN = new URL("../../../golden/cv32e40p/runs.json.gz", import.meta.url);
const BASE = 0x1c00_0000, EXIT = 0x1a10_40a0, DROP_INTERRUPT = 0x1a10_f008;

/** A recorded run; README.md beside the recordings says what the fields mean. */
interface Run {
  readonly seed: number;
  readonly waits: Readonly<Record<"fetchGrant" | "dataGrant" | "fetchValid" | "dataValid", boolean>>;
  readonly interrupts: readonly (readonly [id: number, cycle: number])[];
  readonly program: string;
  readonly rows: number;
  readonly sha256: string;
}

function hash(seed: number, cycle: number): number {
  let x = Math.imul(seed, 0x9e37_79b1) + Math.imul(cycle, 0x85eb_ca6b) >>> 0;
  x = Math.imul(x ^ x >>> 15, 0x2c1b_3c6d) >>> 0;
  x = Math.imul(x ^ x >>> 12, 0x297a_2d39) >>> 0;
  return (x ^ x >>> 15) >>> 0;
}

/** Answers of a port in order, each in the cycle in which it is due. */
class Answers {
  #last = 0;
  readonly #due: { readonly cycle: number; readonly word: number }[] = [];

  add(cycle: number, word: number): void {
    this.#last = Math.max(cycle, this.#last + 1);
    this.#due.push({ cycle: this.#last, word });
  }

  take(cycle: number): number | undefined {
    return this.#due.length > 0 && this.#due[0].cycle <= cycle ? this.#due.shift()!.word : undefined;
  }
}

const hex = (value: number) => (value >>> 0).toString(16).padStart(8, "0");

/** The events of a run, as text. */
function play({ seed, waits, interrupts, program }: Run): string {
  const memory = new Int32Array(1 << 18);
  new Uint8Array(memory.buffer).set(Uint8Array.from(atob(program), (character) => character.charCodeAt(0)));
  const fetched = new Answers();
  const loaded = new Answers();
  const events: string[] = [];
  const left = [...interrupts];
  let cycle = 0;
  let start = -1;
  let random = 0;
  const port = {
    request(address: number): boolean {
      if (waits.fetchGrant && start >= 0 && (random & 3) === 0) return false;
      const late = waits.fetchValid ? (random >>> 8 & 1) * (random >>> 9 & 3) : 0;
      fetched.add(cycle + 1 + late, memory[address - BASE >>> 2 & memory.length - 1]);
      return true;
    },
  };
  const core = new Cv32e40pPipeline(coreVariants.cv32e40p_1_8_3, port, {
    core: 0,
    cluster: 0,
    bootAddress: BASE + 0x80,
  });
  const { lsu, prefetcher, hart } = core;
  for (let ended = false; !ended && cycle < 100_000; cycle++) {
    const now = start < 0 ? 0 : cycle - start;
    random = start < 0 ? 0 : hash(seed, now);
    const word = fetched.take(cycle);
    prefetcher.dataValid = word !== undefined;
    if (word !== undefined) prefetcher.data[0] = word;
    lsu.answered = loaded.take(cycle) !== undefined;
    while (start >= 0 && left.length > 0 && left[0][1] <= now) {
      core.irq = true;
      core.irqId = left.shift()![0];
    }
    core.begin();
    const counts = Array.from(hart.loopCount, (count) => count >>> 0).join(" ");
    let access: string | undefined;
    let dropped = false;
    if (lsu.request && !(waits.dataGrant && start >= 0 && (random >>> 4 & 3) === 0)) {
      lsu.granted = true;
      loaded.add(cycle + 1 + (waits.dataValid ? (random >>> 12 & 1) * (random >>> 13 & 3) : 0), 0);
      const { address, lanes, data } = lsu;
      const index = address - BASE >>> 2;
      access = `${now} ${hex(address)} ${lanes.toString(16)}`;
      if (lsu.write) {
        const mask = [0, 1, 2, 3].reduce((bits, lane) => bits | (lanes >>> lane & 1) * (0xff << 8 * lane), 0);
        access = `W ${access} ${hex(data & mask)}`;
        if (index < memory.length) memory[index] = memory[index] & ~mask | data & mask;
        dropped = address === DROP_INTERRUPT;
        ended = address === EXIT;
      } else {
        access = `L ${access}`;
        lsu.readData = index < memory.length ? memory[index] : 0;
      }
    }
    core.finish();
    if (dropped) core.irq = false;
    if (core.retired) {
      if (start < 0) start = cycle;
      events.push(`R ${cycle - start} ${hex(core.retiredPc)} ${counts}\n`);
    }
    if (access !== undefined) events.push(`${access}\n`);
  }
  return events.join("");
}

Deno.test("Cv32e40pPipeline: interrupts, sleep, counters and traps in random programs take the RTL's cycles", async () => {
  const runs: Run[] = JSON.parse(new TextDecoder().decode(gunzipSync(Deno.readFileSync(GOLDEN))));
  let rows = 0;
  for (const run of runs) {
    const text = play(run);
    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    assertEquals(new Uint8Array(bytes).toHex(), run.sha256, `seed ${run.seed}: ${text.split("\n").length - 1} events`);
    rows += run.rows;
  }
  assertEquals([runs.length, rows], [44, 36_754]);
});
