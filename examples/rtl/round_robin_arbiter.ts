/**
 * A round-robin arbiter at register-transfer level. Clients raise and drop their requests on the clock; the arbiter is
 * combinational logic on requests and pointer, and its pointer a register behind the winner.
 * @module
 */
import { anyOf, MHz, Register, Signal, Simulation } from "../../sim/mod.ts";

/** How many grants each client wants. */
const WANTED = [3, 1, 2, 3];

/** Builds the clients in the order of `order` and gives who was granted in each cycle; -1 is nobody. */
export function roundRobinArbiter(
  order: readonly number[] = [0, 1, 2, 3],
  sim: Simulation = new Simulation(),
): number[] {
  const clock = sim.clock("clock", MHz(100));
  const requests = WANTED.map((_, n) => new Register(sim, `request${n}`, false));
  const pointer = new Register(sim, "pointer", 0, 2), grant = new Signal(sim, "grant", -1, 3);
  sim.spawn(`${order[0]}.logic`, function* () {
    for (;;) {
      yield* anyOf(pointer, ...requests);
      const turns = WANTED.map((_, n) => (pointer.value + n) % WANTED.length);
      grant.set(turns.find((client) => requests[client].value) ?? -1);
    }
  }, { background: true });
  for (const [place, n] of order.entries()) {
    sim.spawn(`${place}.client`, function* () {
      for (let left = WANTED[n]; left > 0;) {
        yield 1;
        if (requests[n].value && grant.value === n) left--;
        requests[n].set(left > 0);
      }
    }, { clock });
  }
  const granted: number[] = [];
  sim.spawn("pointer_register", function* () {
    for (;;) {
      yield 1;
      if (grant.value >= 0) pointer.set((grant.value + 1) % WANTED.length);
      granted.push(grant.value);
    }
  }, { clock, background: true });
  sim.run({ maxCycles: 12 });
  return granted;
}

if (import.meta.main) console.log(`granted ${roundRobinArbiter().join(" ")}`);
