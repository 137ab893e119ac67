/**
 * The kernel: exact time, clocks, processes as generators, and what they use to meet. It knows no hardware.
 *
 * @example
 * ```ts
 * import { MHz, ns, Simulation } from "@escapement/escapement/sim";
 *
 * const sim = new Simulation();
 * const clock = sim.clock("clock", MHz(50));
 * sim.spawn("blinker", function* () {
 *   for (let blink = 0; blink < 3; blink++) yield 10; // cycles of its clock
 *   yield ns(7); // time
 * }, { clock });
 * if (sim.run().now !== 3 * 10 * 20_000 + 7_000) throw new Error("not exact");
 * ```
 * @module
 */
export { Phase } from "./activity.ts";
export type { Activity, Committed, Task } from "./activity.ts";
export type { ClockDomain } from "./clock.ts";
export { allOf, anyOf, within } from "./combine.ts";
export { Counter } from "./counter.ts";
export { Cancelled, DeadlockError, Interrupt, SimulationError } from "./errors.ts";
export type { WaitingProcess } from "./errors.ts";
export { call } from "./frame.ts";
export { Barrier, Event, Semaphore } from "./event.ts";
export { Fifo, Mailbox } from "./fifo.ts";
export { Line, Register, Signal } from "./line.ts";
export type { Frame } from "./frame.ts";
export type { ProcessHandle, ProcessState } from "./process.ts";
export type { ProcessKernel, ProcessTable } from "./process_table.ts";
export type { Link, Queue } from "./queue.ts";
export type { RunOptions, RunResult, SpawnOptions } from "./run.ts";
export { Simulation } from "./simulation.ts";
export { Duration, formatTime, Frequency, Hz, kHz, LAST_PS, MHz, ms, ns, ps, sec, us } from "./time.ts";
export type { TimeHeap } from "./time_heap.ts";
export type { Process, Wait, Waitable } from "./wait.ts";
export { WaitList } from "./wait_list.ts";
export type { TraceHub, TraceInfo, TracePoint, TraceSink, TraceValue } from "./trace/hub.ts";
