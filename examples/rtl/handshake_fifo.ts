/**
 * A FIFO with valid/ready handshakes at register-transfer level: a word passes when both are high at an edge. The
 * consumer is ready two cycles in three, so the FIFO fills and pushes back.
 * @module
 */
import { MHz, Register, Simulation } from "../../sim/mod.ts";

const DEPTH = 4, WORDS = 12;

/** Builds the parts in the order of `order` and gives what came out: each word and the cycle of its handshake. */
export function handshakeFifo(order: readonly number[] = [0, 1, 2], sim: Simulation = new Simulation()): number[][] {
  const clock = sim.clock("clock", MHz(100));
  const inValid = new Register(sim, "in_valid", false), inData = new Register(sim, "in_data", 0, 8);
  const outReady = new Register(sim, "out_ready", false), cells = new Register(sim, "cells", Array(DEPTH).fill(0));
  const count = new Register(sim, "count", 0, 3), read = new Register(sim, "read", 0, 2);
  const takes = () => inValid.value && count.value < DEPTH, gives = () => outReady.value && count.value > 0;
  const received: number[][] = [];
  const parts = [
    function* producer() {
      for (let word = 1; word <= WORDS; word += Number(takes())) {
        inValid.set(true);
        inData.set(word);
        yield 1;
      }
      inValid.set(false);
    },
    function* fifo() {
      for (;; yield 1) {
        if (takes()) cells.set(cells.value.with((read.value + count.value) % DEPTH, inData.value));
        if (gives()) read.set((read.value + 1) % DEPTH);
        count.set(count.value + Number(takes()) - Number(gives()));
      }
    },
    function* consumer() {
      for (let cycle = 1; received.length < WORDS; cycle++) {
        yield 1;
        if (gives()) received.push([cells.value[read.value], cycle]);
        outReady.set(cycle % 3 !== 0);
      }
    },
  ];
  for (const [place, n] of order.entries()) sim.spawn(`${place}.part`, parts[n], { clock, background: n === 1 });
  sim.run({ maxCycles: 100 });
  return received;
}

if (import.meta.main) console.log(handshakeFifo().map(([word, cycle]) => `cycle ${cycle}: word ${word}`).join("\n"));
