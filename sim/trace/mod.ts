/**
 * Sinks for trace points: waveforms, Perfetto, and the canonical stream behind `traceHash`. They collect text; writing it
 * to a file is up to the caller.
 *
 * @example
 * ```ts
 * import { MHz, Signal, Simulation } from "@escapement/escapement/sim";
 * import { VcdSink } from "@escapement/escapement/trace";
 *
 * const sim = new Simulation();
 * const clock = sim.clock("clock", MHz(50));
 * const count = new Signal(sim, "top.count", 0, 4);
 * sim.spawn("counter", function* () {
 *   for (let i = 1; i < 10; i++) {
 *     yield 1;
 *     count.set(i);
 *   }
 * }, { clock });
 * const waves = new VcdSink();
 * sim.trace.attach(waves);
 * const { now } = sim.run();
 * if (!waves.finish(now).includes("$var wire 4 ! count $end")) throw new Error("no count in the waveform");
 * ```
 * @module
 */
export { canonicalOnly, CanonicalTrace } from "./canonical.ts";
export { TraceHub, type TraceInfo, TracePoint, type TraceSink, type TraceValue } from "./hub.ts";
export { PerfettoSink } from "./perfetto.ts";
export { Sha256 } from "./sha256.ts";
export { VcdSink } from "./vcd.ts";
