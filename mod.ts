/**
 * Escapement: cycle-accurate hardware simulation in TypeScript.
 *
 * This is the front door: the kernel (exact time, clocks, processes as generators) and the means to describe hardware
 * (components, ports, registers, address maps) with the models that come along. `./gap8` has the GAP8 runtime for
 * firmware, `./trace` the trace sinks.
 *
 * @example
 * ```ts
 * import { Component, MHz, type Process, Simulation } from "@escapement/escapement";
 *
 * class Blinker extends Component {
 *   readonly led = this.line("led");
 *   protected override *run(): Process {
 *     for (;;) {
 *       yield 50;
 *       this.led.raise();
 *       yield 50;
 *       this.led.lower();
 *     }
 *   }
 * }
 *
 * const sim = new Simulation();
 * const { led } = new Blinker(sim, "blinker", {}, { clock: sim.clock("clock", MHz(100)) });
 * sim.run({ maxCycles: 60 });
 * if (!led.high || led.lastRise !== 50 * 10_000) throw new Error("the light is not on");
 * ```
 * @module
 */
export * from "./hw/mod.ts";
export * from "./sim/mod.ts";
