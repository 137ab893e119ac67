/**
 * `task soak`: the random tests with their full counts, seed after seed, for as long as it is told.
 * @module
 */
import { parseArgs } from "@std/flags";
import { fromFileUrl } from "@std/path";

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const args = parseArgs(Deno.args, { string: ["minutes", "seed"] });
const unknown = Object.keys(args).filter((key) => !["_", "minutes", "seed"].includes(key));
const minutes = Number(args.minutes ?? 1), first = Number(args.seed ?? 1);

if (unknown.length > 0 || args._.length > 0 || !(minutes > 0) || !Number.isSafeInteger(first)) {
  console.error("Cannot soak with these arguments: it takes --minutes N (above 0, default 1) and --seed N (default 1)");
  Deno.exit(2);
}

const end = performance.now() + 60_000 * minutes;
for (let seed = first; performance.now() < end; seed++) {
  console.log(`seed ${seed}`);
  // The order differs from seed to seed, so that short soaks do not always do the same tests; the first failure ends it,
  // so that none is lost when time is over.
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--quiet", "--no-check", "--fail-fast", `--shuffle=${seed}`, "--filter", "/random/", "tests/"],
    cwd: ROOT,
    env: { ESCAPEMENT_SOAK: "1", ESCAPEMENT_SEED: String(seed) },
  }).spawn();
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    child.kill();
  }, end - performance.now());
  const { code } = await child.status;
  clearTimeout(timer);
  if (isOver) console.log(`\n${minutes} min are over: nothing has failed; with seed ${seed}, not everything was done`);
  else if (code !== 0) {
    console.error(`soak failed; task soak --seed ${seed} --minutes ${minutes} repeats it`);
    Deno.exit(1);
  }
}
