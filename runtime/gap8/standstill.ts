/**
 * What the cluster's cores wait for when nothing goes on.
 * @module
 */
import type { Gap8 } from "../../hw/platforms/gap8.ts";
import { DeadlockError } from "../../sim/mod.ts";

/** The report of a deadlock with a line for each core of the cluster: to the kernel these cores are hardware, which may wait. */
export function withClusterCores(error: DeadlockError, gap8: Gap8): DeadlockError {
  if (!gap8.pmu.clusterRuns) return error;
  const waiting = gap8.cores.map((core) => {
    const { coreId } = core;
    const why = gap8.clusterEvents.describeWait(coreId) ?? gap8.clusterDma.describeWait(coreId);
    return {
      process: core.path,
      waitsFor: core.describe() + (why === undefined ? "" : `; ${why}`),
      sincePs: error.waiting[0]?.sincePs ?? 0,
      servers: [],
    };
  });
  const lines = waiting.map((entry) => `  ${entry.process} waits for ${entry.waitsFor}`);
  return new DeadlockError(`${error.message}\n${lines.join("\n")}`, [...error.waiting, ...waiting]);
}
