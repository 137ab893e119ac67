/**
 * All benchmarks: what the `*_bench.ts` files beside this one export as `benches`.
 * @module
 */
import type { Bench } from "./bench.ts";

/** The benchmarks, file by file in the order of their names, each file's in its own order. */
export async function allBenches(): Promise<readonly Bench[]> {
  const files = [...Deno.readDirSync(new URL(".", import.meta.url))].map((entry) => entry.name)
    .filter((name) => name.endsWith("_bench.ts")).sort();
  const modules = await Promise.all(files.map((name) => import(new URL(name, import.meta.url).href)));
  return modules.flatMap(({ benches }) => benches as readonly Bench[]);
}
