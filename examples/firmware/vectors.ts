/**
 * The loops of the GAP8 manual's vector chapter: what they work on, what has to come out, what the manual's listings cost.
 * @module
 */
import { type FcRuntime, type Gap8Result, Gap8System, type PeRuntime, type Reg, reg } from "../../runtime/gap8/mod.ts";
import { DATA_BASE } from "../../hw/platforms/core_bench.ts";
import { type Fetch, type KernelRun, runKernel } from "./kernel_bench.ts";
import { vectorAssembly } from "./vectors_assembly.ts";
import { vectorKernels } from "./vectors_kernels.ts";

/** The manual's loops. */
export type ListingName = "add" | "minimum" | "products" | "matrix" | "search";

/** Byte by byte, or four bytes at a time. */
export type VectorVersion = "scalar" | "vectors";

/** The manual's SIZE: bytes of the arrays, rows and columns of the matrices. */
const SIZE = 128;
/** Bytes that one instruction works on. */
const LANES = 4;

/** What the code that the manual prints costs. */
export interface ListingCost {
  /** Instructions, counted from the listing, its `ret` with them. */
  readonly instructions: number;
  /** Times that an instruction uses what the one before it loads: a cycle each. */
  readonly loadUses: number;
  /** Jumps, a cycle each. */
  readonly jumps: number;
}

/** A loop with something to work on. */
export interface Listing {
  /** Which. */
  readonly name: ListingName;
  /** What it computes. */
  readonly description: string;
  /** Bytes that it looks at. */
  readonly elements: number;
  /** Arrays, to which a0, a1, ... point. */
  readonly arrays: readonly Uint8Array[];
  /** Further arguments. */
  readonly numbers: (version: VectorVersion) => readonly number[];
  /** The arrays afterwards, from plain TypeScript, */
  readonly expected: readonly Uint8Array[];
  /** and what it returns, if it does. */
  readonly returned?: number;
  /** Of the vector form, if the manual prints it. */
  readonly listing?: ListingCost;
}

/** The manual's loops on bytes that look random, the same for the same seed. */
export function listings(seed: number): readonly Listing[] {
  const random = randomBytes(seed);
  const none = () => [];
  const a = random(SIZE), b = random(SIZE), c = random(SIZE), zeros = new Uint8Array(SIZE);
  const left = random(SIZE * SIZE), right = random(SIZE * SIZE);
  const at = SIZE - SIZE / 4 + 1 + b[0] % 3;
  const text = a.map((value, index) => index < at ? value & 0x7f : value | 0x80);
  const signed = (bytes: Uint8Array) => new Int8Array(bytes.buffer);
  return [
    {
      name: "add",
      description: "a[i] += b[i] + c[i]",
      elements: SIZE,
      arrays: [a, b, c],
      numbers: none,
      expected: [a.map((value, i) => value + b[i] + c[i]), b, c],
      listing: { instructions: 1 + SIZE / LANES * 6 + 1, loadUses: 0, jumps: 1 },
    },
    {
      name: "minimum",
      description: "c[i] = min(a[i], b[i])",
      elements: SIZE,
      arrays: [a, b, zeros],
      numbers: none,
      expected: [a, b, a.map((value, i) => Math.min(value, b[i]))],
      listing: { instructions: 1 + SIZE / LANES * 4 + 1, loadUses: SIZE / LANES, jumps: 1 },
    },
    {
      name: "products",
      description: "sum of a[i] * b[i]",
      elements: SIZE,
      arrays: [a, b],
      numbers: none,
      expected: [a, b],
      returned: signed(a).reduce((sum, value, i) => sum + value * signed(b)[i], 0),
    },
    {
      name: "matrix",
      description: "a[j][i] += b[j][i]",
      elements: SIZE * SIZE,
      arrays: [left, right],
      numbers: none,
      expected: [left.map((value, i) => value + right[i]), right],
      listing: {
        instructions: 2 + SIZE * (3 + SIZE / LANES * 4 + 2) + 1,
        loadUses: SIZE * SIZE / LANES,
        jumps: 1,
      },
    },
    {
      name: "search",
      description: "index of a byte in a text",
      elements: at + 1,
      arrays: [text],
      numbers: (version) => [version === "scalar" ? SIZE : SIZE / LANES, text[at]],
      expected: [text],
      returned: at,
    },
  ];
}

/** How a loop did. */
export interface VectorRow {
  /** Which. */
  readonly listing: ListingName;
  /** In which form. */
  readonly version: VectorVersion;
  /** Bytes that it looked at. */
  readonly elements: number;
  /** Instructions from its first to its return, */
  readonly instructions: number;
  /** cycles, */
  readonly cycles: number;
  /** and cycles in which nothing was issued, by cause. */
  readonly stalls: Readonly<Record<string, number>>;
  /** Whether all of memory, and what it returned, is as plain TypeScript has it. */
  readonly correct: boolean;
}

/** Calls a loop's assembly on a core with its own memory. */
export function runListingAssembly(
  listing: Listing,
  version: VectorVersion,
  fetch: Fetch,
): { readonly row: VectorRow; readonly run: KernelRun } {
  let free = DATA_BASE;
  const data = listing.arrays.map((bytes) => {
    const address = free;
    free += bytes.length;
    return { address, bytes };
  });
  const run = runKernel({
    name: `${listing.name} ${version}`,
    source: vectorAssembly[listing.name][version],
    args: [...data.map(({ address }) => address), ...listing.numbers(version)],
    data,
  }, fetch);
  const { cycles, instructions, stalls } = run;
  const correct = isCorrect(listing, (n) => run.read(data[n].address, data[n].bytes.length), run.returned);
  return {
    row: { listing: listing.name, version, elements: listing.elements, instructions, cycles, stalls, correct },
    run,
  };
}

/** Runs all loops in both forms as firmware, one after the other on core 0 of the cluster. */
export function runListings(
  all: readonly Listing[],
  prepare: (system: Gap8System) => void = () => {},
): { readonly rows: readonly VectorRow[]; readonly report: Gap8Result } {
  const system = new Gap8System();
  prepare(system);
  const { memory, params: { base } } = system.gap8.clusterL1;
  const rows: VectorRow[] = [];

  function* main(rt: FcRuntime) {
    yield* rt.clusterMount(true);
    for (const listing of all) {
      const addresses: number[] = [];
      for (const { length } of listing.arrays) addresses.push(yield* rt.alloc("clData", length));
      for (const version of ["scalar", "vectors"] as const) {
        listing.arrays.forEach((bytes, n) => memory.bytes.set(bytes, addresses[n] - base));
        let row: VectorRow | undefined;
        yield* rt.clusterCall(0, function* ({ core }: PeRuntime) {
          [...addresses, ...listing.numbers(version)].forEach((value, n) => core.li(ARGUMENTS[n], value));
          const { cycle } = core, instructions = core.instructions.value;
          const before = stallsOf(core);
          yield* vectorKernels[listing.name][version](core);
          const stalls = stallsOf(core).map(([cause, value], index) => [cause, value - before[index][1]] as const);
          const bytes = (n: number) =>
            memory.bytes.slice(addresses[n] - base, addresses[n] - base + listing.arrays[n].length);
          row = {
            listing: listing.name,
            version,
            elements: listing.elements,
            instructions: core.instructions.value - instructions,
            cycles: core.cycle - cycle,
            stalls: Object.fromEntries(stalls.filter(([, value]) => value > 0)),
            correct: isCorrect(listing, bytes, core.registers[reg.a0]),
          };
        }, 0);
        rows.push(row!);
      }
    }
    yield* rt.clusterMount(false);
    return rows.every(({ correct }) => correct) ? 0 : 1;
  }
  const report = system.run(main);
  return { rows, report };
}

const ARGUMENTS: readonly Reg[] = [reg.a0, reg.a1, reg.a2, reg.a3];

function stallsOf({ loadStalls, jumpStalls, memoryStalls }: PeRuntime["core"]): (readonly [string, number])[] {
  return [["load-use", loadStalls.value], ["jump", jumpStalls.value], ["memory", memoryStalls.value]];
}

function isCorrect({ expected, returned }: Listing, bytes: (n: number) => Uint8Array, result: number): boolean {
  return expected.every((array, n) => {
    const got = bytes(n);
    return array.every((value, i) => value === got[i]);
  }) && (returned === undefined || returned === result);
}

function randomBytes(seed: number): (count: number) => Uint8Array {
  let state = seed >>> 0;
  const next = () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 16;
  return (count) => Uint8Array.from({ length: count }, next);
}
