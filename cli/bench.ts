/**
 * `task bench [--json] [--filter TEXT] [--peers] [--gate]`: the benchmarks of `bench/`, each in a process of its own.
 * With `--peers`, the same work in SystemC and SimPy, sample by sample in turn with ours, and a `ratio` row for each
 * pair; `--gate` asks for exit status 1 if one of them is below its goal.
 * @module
 */
import { parseArgs } from "@std/flags";
import { type Bench, median } from "../bench/bench.ts";
import { buildPeer, type Pair, PAIRS, type PeerProgram } from "../bench/peers.ts";
import { allBenches } from "../bench/registry.ts";
import { Sampler } from "../bench/sampler.ts";
import { table } from "./tables.ts";

/** One line of the result. */
interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly better: "higher" | "lower";
  readonly note: string;
}

const SAMPLES = 5;

/** A pair whose program is ready. */
interface ReadyPair {
  readonly pair: Pair;
  readonly program: PeerProgram;
}

/** A number in at most four digits, with the prefix of its unit: `27.1 M`. */
function short(value: number): string {
  const [size, prefix] = ([[1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""]] as const)
    .find(([size]) => Math.abs(value) >= size) ?? [1, ""];
  return `${Number((value / size).toPrecision(3))} ${prefix}`;
}

/** Name of a pair's row. */
function ratioName({ bench, peer }: Pair): string {
  return `${bench}.ratio.${peer}`;
}

/** The programs that can be built; for the others, why not and what to install. */
async function readyPairs(pairs: readonly Pair[]): Promise<ReadyPair[]> {
  const ready: ReadyPair[] = [];
  const reasons = new Set<string>();
  for (const pair of pairs) {
    try {
      ready.push({ pair, program: await buildPeer(pair) });
    } catch (error) {
      reasons.add((error as Error).message);
    }
  }
  for (const reason of reasons) console.error(reason);
  return ready;
}

/** A benchmark's row, and those of its pairs: each of our samples stands between two of theirs. */
async function measure(bench: Bench, pairs: readonly ReadyPair[]): Promise<Row[]> {
  await using sampler = new Sampler(bench.name);
  const count = bench.samples ?? SAMPLES;
  if (count > 1) await sampler.sample(); // the compiler's
  const ours: number[] = [], theirs: number[][] = [];
  for (let i = 0; i < count; i++) {
    ours.push(await sampler.sample());
    const round: number[] = [];
    for (const { program } of pairs) round.push(await program());
    theirs.push(round);
  }
  const { name, unit, better } = bench;
  const goal = bench.goal === undefined ? "" : `; goal ${short(bench.goal)}`.trimEnd();
  return [
    { name, value: median(ours), unit, better, note: bench.note + goal },
    ...pairs.map(({ pair }, index): Row => {
      const other = median(theirs.map((round) => round[index]));
      return {
        name: ratioName(pair),
        value: median(theirs.map((round, i) => ours[i] / round[index])),
        unit: "ratio",
        better: "higher",
        note: `ours / ${pair.peer}'s ${short(other)}${unit} (${pair.against})` +
          (pair.goal === undefined ? "" : `; goal ${pair.goal}`),
      };
    }),
  ];
}

async function main(): Promise<number> {
  const args = parseArgs(Deno.args, { boolean: ["json", "peers", "gate", "help"], string: ["filter"] });
  if (args.help) {
    console.log("task bench [--json] [--filter TEXT] [--peers] [--gate]: TEXT is part of a row's name");
    return 0;
  }
  const unknown = Object.keys(args).find((key) => !["_", "json", "peers", "gate", "help", "filter"].includes(key));
  if (unknown !== undefined || args._.length > 0) {
    console.error(`Cannot use ${unknown === undefined ? args._[0] : `--${unknown}`}: see task bench --help`);
    return 2;
  }
  if (args.filter === "") {
    console.error("Cannot filter by nothing: say --filter TEXT, with a part of a row's name");
    return 2;
  }
  const filter = args.filter ?? "";
  const benches = await allBenches();
  const pairs = args.peers || args.gate ? PAIRS : [];
  const wantedPairs = (bench: Bench) =>
    pairs.filter((pair) => pair.bench === bench.name && ratioName(pair).includes(filter));
  const wanted = benches.filter((bench) => bench.name.includes(filter) || wantedPairs(bench).length > 0);
  if (wanted.length === 0) {
    console.error(`Cannot find "${filter}": there are ${benches.map(({ name }) => name).join(", ")}`);
    return 2;
  }
  const ready = await readyPairs(wanted.flatMap(wantedPairs));
  const rows: Row[] = [];
  for (const bench of wanted) {
    if (Deno.stderr.isTerminal()) console.error(bench.name);
    rows.push(...await measure(bench, ready.filter(({ pair }) => pair.bench === bench.name)));
  }
  const shown = rows.filter(({ name }) => name.includes(filter));
  if (args.json) console.log(JSON.stringify(shown, null, 2));
  else {
    console.log(table(
      ["name", "value", "note"],
      shown.map((
        { name, value, unit, note },
      ) => [name, unit === "ratio" ? value.toFixed(2) : short(value) + unit, note]),
    ));
  }
  const missed = ready.filter(({ pair }) =>
    pair.goal !== undefined && rows.find(({ name }) => name === ratioName(pair))!.value < pair.goal
  );
  if (!args.gate || missed.length === 0) return 0;
  console.error(`Below the goal: ${missed.map(({ pair }) => ratioName(pair)).join(", ")}`);
  return 1;
}

Deno.exitCode = await main();
