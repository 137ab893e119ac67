/**
 * The reports of a simulation in which nothing can happen any more, and of one in which time stands still.
 * @module
 */
import type { Activity } from "./activity.ts";
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

/** The error for a moment that does not end, in the middle of which `activity` runs. */
export function runaway(sim: Simulation, activity: Activity): SimulationError {
  return new SimulationError(
    `Cannot go on at ${formatTime(sim.now)}: ${sim.runawayEvents} activities ran and time did not move; ` +
      `${activity.name} is among them. A loop that waits for nothing (yield 0, or two processes that wake each ` +
      "other), or raise runawayEvents",
  );
}
