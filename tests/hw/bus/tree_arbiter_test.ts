import { assertEquals, assertThrows } from "@std/assert";
import { treeWinner, TwoChannelArbiter } from "../../../hw/bus/tree_arbiter.ts";

Deno.test("treeWinner takes the requester with the smallest port XOR flag", () => {
  let seed = 1;
  for (let trial = 0; trial < 2000; trial++) {
    seed = Math.imul(seed, 1664525) + 1013904223 | 0;
    const requests = seed | 1 << (trial % 32);
    const flag = (seed >>> 7) & 31;
    let best = -1;
    for (let port = 0; port < 32; port++) {
      if ((requests >>> port) & 1 && (best < 0 || (port ^ flag) < (best ^ flag))) best = port;
    }
    assertEquals(treeWinner(requests, flag), best);
  }
});

Deno.test("TwoChannelArbiter gives cores 0 to 3 of 12 ports twice the share of cores 4 to 7", () => {
  const arbiter = new TwoChannelArbiter({ banks: 1, channel0Ports: 12, channel1Ports: 8 });
  const order = Array.from({ length: 12 }, () => arbiter.grant(0, 0xff, 0));
  assertEquals(order, [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3]);
});

Deno.test("TwoChannelArbiter keeps the last winner first under policy 1", () => {
  const arbiter = new TwoChannelArbiter({ banks: 1, channel0Ports: 8, channel1Ports: 8 });
  arbiter.policy = 1;
  assertEquals(arbiter.grant(0, 0b1000, 0), 3);
  assertEquals([arbiter.grant(0, 0b1110, 0), arbiter.grant(0, 0b1110, 0)], [3, 3]);
});

Deno.test("TwoChannelArbiter refuses more than 32 ports per channel", () => {
  assertThrows(() => new TwoChannelArbiter({ banks: 1, channel0Ports: 33, channel1Ports: 0 }), RangeError, "33 + 0");
});
