/**
 * A FIFO with valid/ready handshakes at register-transfer level: a word passes when both are high at an edge. The
 * consumer is ready two cycles in three, so the FIFO fills and pushes back.
 * @module
 */
import { MHz, Register, Simulation } from "../../sim/mod.ts";

const DEPTH = 4, WORDS = 12;

/** Builds the parts in the order of `order` and gives what came out: the word and the cycle of its handshake. */
export function handshakeFifo(
  order: readonly number[] = [0, 1, 2],
  prepare: (sim: Simulation) => void = () => {},
): [word: number, cycle: number][] {
  const sim = new Simulation();
  prepare(sim);
  const clock = sim.clock("clock", MHz(100));
  const inValid = new Register(sim, "in_valid", false), inData = new Register(sim, "in_data", 0, 8);
  const outReady = new Register(sim, "out_ready", false);
  const cells = Array.from({ length: DEPTH }, (_, n) => new Register(sim, `cell${n}`, 0, 8));
  const count = new Register(sim, "count", 0, 3), read = new Register(sim, "read", 0, 2);
  const inReady = () => count.value < DEPTH;
  const outValid = () => count.value > 0;
  const received: [number, number][] = [];
  const parts = [
    function* producer() {
      for (let word = 1; word <= WORDS;) {
        inValid.set(true);
        inData.set(word);
        yield 1;
        if (inValid.value && inReady()) word++;
      }
      inValid.set(false);
    },
    function* fifo() {
      for (;;) {
        yield 1;
        const takes = inValid.value && inReady(), gives = outReady.value && outValid();
        if (takes) cells[(read.value + count.value) % DEPTH].set(inData.value);
        if (gives) read.set((read.value + 1) % DEPTH);
        count.set(count.value + Number(takes) - Number(gives));
      }
    },
    function* consumer() {
      for (let cycle = 1; received.length < WORDS; cycle++) {
        yield 1;
        if (outReady.value && outValid()) received.push([cells[read.value].value, cycle]);
        outReady.set(cycle % 3 !== 0);
      }
    },
  ];
  for (const n of order) {
    sim.spawn(`${order.indexOf(n)}.${parts[n].name}`, parts[n], { clock, background: n === 1 });
  }
  sim.run({ maxCycles: 100 });
  return received;
}

if (import.meta.main) {
  for (const [word, cycle] of handshakeFifo()) console.log(`cycle ${String(cycle).padStart(2)}: word ${word}`);
}
