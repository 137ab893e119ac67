/**
 * Escapement: cycle-accurate hardware simulation in TypeScript. This entry point has the kernel; `./hw` has the component
 * models, `./gap8` the GAP8 runtime, `./trace` the trace sinks.
 * @module
 */
export * from "./sim/mod.ts";
