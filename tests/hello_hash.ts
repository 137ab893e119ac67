/**
 * Hello on a GAP8, hashed; free of anything that only Deno has, so that it can be bundled for elsewhere.
 * @module
 */
import { main } from "../examples/firmware/hello.ts";
import { Gap8System } from "../runtime/gap8/mod.ts";
import { canonicalOnly, CanonicalTrace } from "../sim/trace/mod.ts";

/** What hello prints, and the hash and length of its canonical stream. */
export function helloHash(): { readonly hash: string; readonly lines: number; readonly console: readonly string[] } {
  const system = new Gap8System();
  const trace = new CanonicalTrace();
  system.sim.trace.attach(trace, canonicalOnly);
  const { console } = system.run(main);
  return { hash: trace.traceHash(), lines: trace.lines, console };
}
