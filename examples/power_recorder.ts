/**
 * `task example power-recorder`: the card's power before, while and after a kernel runs again and again.
 * @module
 */
import { type Example, runExample } from "../cli/example_runner.ts";
import { table } from "../cli/tables.ts";
import { DataRecorder, type Frame, Pynq, timeit } from "../runtime/pynq/mod.ts";
import { ms, type Process } from "../sim/mod.ts";
import { comparisonTable } from "./validation/comparison.ts";
import { notebookMachine } from "./card/ert_matmul_program.ts";
import { outcomeOf } from "./card/outcome.ts";

/** Of the notebook's 3 s and 700 calls, so much; what changes is how many samples there are. */
const IDLE_MS = 50, LOOPS = 20, INTERVAL_S = 0.005;
const SOURCE = "Alveo-PYNQ ffc5317, 3_advanced_features/2-power-measurement";

/** The example. */
export const example: Example = {
  name: "power-recorder",
  summary: "PYNQ's notebook on power: sensors sampled while mmult runs again and again",
  options: [],
  run(context) {
    const machine = notebookMachine(Number(context.option("seed") ?? 1));
    context.observe(machine.sim);
    const { frame, meanMs } = new Pynq(machine).run(record);
    const means = [0, 1, 2].map((mark) => ({ mark, ...meansOf(frame.filter((sample) => sample.mark === mark)) }));
    context.print(table(
      ["phase", "samples", "board in W", "FPGA core in W"],
      means.map(({ mark, samples, board, core }) => [
        ["idle", "mmult runs", "idle again"][mark],
        samples,
        board.toFixed(2),
        core.toFixed(2),
      ]),
    ));
    const rows = [{ what: "mmult.call, sampled meanwhile", unit: "ms", theirs: 3.56, ours: meanMs, source: SOURCE }];
    context.print(comparisonTable(rows));
    context.print(
      "Idle power is the notebook's; what a running unit adds is assumed (task platform alveo shows the parameters).",
    );
    const ok = means[1].core > means[0].core && means[1].board > means[0].board &&
      Math.abs(means[2].core - means[0].core) < 0.1;
    return outcomeOf(machine, ok, { phases: means, meanMs, published: rows });
  },
};

function* record(pynq: Pynq): Process<{ frame: readonly Frame[]; meanMs: number }> {
  const { sensors } = pynq.activeDevice;
  const recorder = new DataRecorder(pynq, sensors["12v_aux"].power, sensors["12v_pex"].power, sensors.vccint.power);
  const ol = yield* pynq.overlay("advanced.xclbin");
  const mmult = ol.kernel("mmult_1");
  const inA = yield* pynq.allocate([512, 512], "i4"), inB = yield* pynq.allocate([512, 512], "i4");
  const out = yield* pynq.allocate([512, 512], "i4");
  inA.fill(1);
  inB.fill(1);
  recorder.record(INTERVAL_S);
  yield ms(IDLE_MS);
  recorder.mark();
  yield* inA.syncToDevice();
  yield* inB.syncToDevice();
  const { meanMs } = yield* timeit(pynq, () => mmult.call(inA, inB, out), { loops: LOOPS, warmUp: 0 });
  yield* out.syncFromDevice();
  recorder.mark();
  yield ms(IDLE_MS);
  recorder.stop();
  for (const buffer of [inA, inB, out]) buffer.free();
  ol.free();
  return { frame: recorder.frame, meanMs };
}

/** Means of a phase, without its first sample, which looks back into the phase before. */
function meansOf(frame: readonly Frame[]): { samples: number; board: number; core: number } {
  const samples = frame.slice(1);
  const mean = (of: (frame: Frame) => number) => samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  return {
    samples: samples.length,
    board: mean(({ values }) => values["12v_aux_power"] + values["12v_pex_power"]),
    core: mean(({ values }) => values["vccint_power"]),
  };
}

if (import.meta.main) Deno.exitCode = await runExample(example, Deno.args);
