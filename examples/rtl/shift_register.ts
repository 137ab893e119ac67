/**
 * A shift register at register-transfer level: four stages, each a process of its own. Every stage reads its neighbour
 * as it was before the edge, so the order of the stages does not matter.
 * @module
 */
import { MHz, Register, Simulation } from "../../sim/mod.ts";

const STAGES = 4;
const INPUT = [1, 0, 1, 1, 0, 0, 1, 0];

/** Builds the stages in the order of `order`, shifts the input through, and gives the output of each cycle. */
export function shiftRegister(order: readonly number[] = [0, 1, 2, 3], sim: Simulation = new Simulation()): number[] {
  const clock = sim.clock("clock", MHz(100));
  const stages = Array.from({ length: STAGES + 1 }, (_, n) => new Register(sim, `stage${n}`, 0, 1));
  for (const [place, n] of order.entries()) {
    sim.spawn(`${place}.shift`, function* () {
      for (;;) {
        yield 1;
        stages[n + 1].set(stages[n].value);
      }
    }, { clock, background: true });
  }
  const output: number[] = [];
  sim.spawn("bench", function* () {
    for (let cycle = 0; cycle < INPUT.length + STAGES + 1; cycle++) {
      yield 1;
      stages[0].set(INPUT[cycle] ?? 0);
      output.push(stages[STAGES].value);
    }
  }, { clock });
  sim.run({ maxCycles: INPUT.length + STAGES + 1 });
  return output;
}

if (import.meta.main) console.log(`in  ${INPUT.join(" ")}\nout ${shiftRegister().join(" ")}`);
