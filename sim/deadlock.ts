/**
 * The reports of a simulation in which nothing can happen any more, and of one in which time stands still.
 * @module
 */
import { DeadlockError, SimulationError, type WaitingProcess } from "./errors.ts";
import type { Simulation } from "./simulation.ts";
import { formatTime } from "./time.ts";

/** The error to throw if foreground processes wait and nothing is scheduled, or null if that is a regular end. */
export function deadlock(sim: Simulation): DeadlockError | null {
  const all = sim.processes.waiting();
  if (!all.some((handle) => !handle.background)) return null;
  const waiting = all.filter((handle) => !handle.background).map((handle): WaitingProcess => {
    const { waitsFor, clock, since } = handle.activity;
    if (waitsFor === null && clock !== null) {
      // Only a gated clock can hold back those who wait for its cycles.
      const { sincePs, by } = clock.lastGating;
      return {
        process: handle.name,
        waitsFor: `a cycle of clock ${clock.name}, which is gated,`,
        sincePs: Math.max(since, sincePs),
        servers: [`whoever ungates the clock (${by} gated it)`],
      };
    }
    return {
      process: handle.name,
      waitsFor: waitsFor?.describe() ?? "its turn",
      sincePs: since,
      servers: waitsFor?.servers?.() ?? [],
    };
  });
  const lines = waiting.map((entry) =>
    `  ${entry.process} waits for ${entry.waitsFor} since ${formatTime(entry.sincePs)}` +
    (entry.servers.length === 0 ? "" : `; could be served by ${entry.servers.join(", ")}`)
  );
  const idle = all.length - waiting.length;
  return new DeadlockError(
    `Cannot go on at ${formatTime(sim.now)}: nothing is scheduled any more, and ${waiting.length} ` +
      `process${waiting.length === 1 ? " waits" : "es wait"}:\n${lines.join("\n")}` +
      (idle === 0 ? "" : `\n  (${idle} background processes are idle)`),
    waiting,
  );
}

/** So many names stand in the report of a runaway. */
const NAMED_SUSPECTS = 8;

/** The error for a moment that does not end, in which `names` run. */
export function runaway(sim: Simulation, names: readonly string[]): SimulationError {
  const named = names.slice(0, NAMED_SUSPECTS).join(", "), more = names.length - NAMED_SUSPECTS;
  const who = `${named}${more > 0 ? ` and ${more} more` : ""} ${names.length === 1 ? "is" : "are"} among them`;
  return new SimulationError(
    `Cannot go on at ${formatTime(sim.now)}: ${sim.runawayEvents} activities ran and time did not move; ${who}. ` +
      "A loop that waits for nothing (yield 0, or processes that wake each other), or raise runawayEvents",
  );
}
