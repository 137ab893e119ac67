import { assertEquals } from "@std/assert";
import { DispatchQueue } from "../../../hw/pulp/dispatch_queue.ts";

/** What a core gets, and in which cycle of its wait its event comes. */
function wait(queue: DispatchQueue, core: number): [value: number, cycles: number] {
  queue.pop(core);
  let cycles = 0;
  for (let served = false; !served; cycles++) {
    served = (queue.events() >>> core & 1) !== 0;
    queue.commit();
  }
  queue.acknowledge(core);
  queue.commit();
  const value = queue.value(core);
  queue.commit();
  return [value, cycles];
}

function push(queue: DispatchQueue, team: number, value: number): void {
  queue.team = team;
  queue.push(0, value);
  queue.commit();
}

// hw_dispatch of event_unit_flex 6b7a494: read pointers pass over a foreign value at one per cycle, while their core waits.
Deno.test("DispatchQueue passes over values for others, one cycle each", () => {
  const queue = new DispatchQueue(8, 8);
  push(queue, 0b0010, 1);
  push(queue, 0b0010, 2);
  push(queue, 0b0110, 3);
  push(queue, 0b1110, 4);
  assertEquals([1, 1, 1, 2, 3].map((core) => wait(queue, core)), [[1, 1], [2, 1], [3, 1], [3, 2 + 1], [4, 3 + 1]]);
});

Deno.test("DispatchQueue gives every value of a full round once, and to who pushed it if it is in the team", () => {
  const queue = new DispatchQueue(2, 8);
  for (let round = 0; round < 3; round++) {
    for (let value = 0; value < 8; value++) push(queue, 0b11, value);
    for (let value = 0; value < 8; value++) {
      assertEquals([0, 1].map((core) => wait(queue, core)[0]), [value, value]);
    }
  }
});

Deno.test("DispatchQueue.full tells that the next value would push out one that another core has not seen", () => {
  const queue = new DispatchQueue(2, 4);
  for (let value = 0; value < 4; value++) push(queue, 0b11, value);
  assertEquals(queue.full, true);
  wait(queue, 1);
  assertEquals(queue.full, false);
  queue.reset();
  assertEquals([queue.full, queue.team], [false, 0b11]);
});
