import { assertEquals, assertNotEquals } from "@std/assert";
import { type Access, CoreBus } from "../../../hw/bus/access.ts";
import { Component } from "../../../hw/component.ts";
import { ClusterTcdm } from "../../../hw/memory/cluster_tcdm.ts";
import { connect } from "../../../hw/port.ts";
import { FirmwareCore } from "../../../hw/riscv/firmware_core.ts";
import { reg } from "../../../hw/riscv/registers.ts";
import { MHz, type Process, Simulation } from "../../../sim/mod.ts";

const BASE = 0x1000_0000, CORES = 8;
const { t0, t1, t2, a0 } = reg;

/** Hides from cores that the memory takes accesses ahead of their cycle. */
class InTime extends Component {
  readonly port = this.target("port", CoreBus, { request: (access: Access) => this.memory.request(access) });
  readonly memory = this.initiator("memory", CoreBus);
}

/** Numbers that look random. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed * 2654435761 | 1;
  }

  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }
}

/** Random loads, stores, test-and-sets and computations of one core; `spread` words are touched. */
function* program(core: FirmwareCore, random: Random, spread: number, wakes: boolean): Process {
  for (let i = 0; i < 120; i++) {
    const address = BASE + 4 * random.below(spread) + random.below(4);
    core.registers[a0] = address;
    switch (random.below(9)) {
      case 0:
        core.alu(random.below(90));
        break;
      case 1:
        yield* core.lbu(t0, a0, 0);
        core.add(t1, t1, t0);
        break;
      case 2:
        yield* core.sh(t1, a0, 0);
        break;
      case 3:
        yield* core.sw(t2, a0, 0);
        break;
      case 4:
        yield* core.read((address & ~3) + (1 << 20));
        break;
      case 5:
        if (wakes) yield random.below(30) + 1;
        break;
      default:
        yield* core.lw(t2, a0, 0);
        core.xor(t1, t1, t2);
    }
  }
}

/** What came of eight cores with random programs. */
function run(seed: number, ahead: boolean, spread: number, { observed = false, wakes = false } = {}) {
  const sim = new Simulation();
  const clock = sim.clock("cluster", MHz(100));
  const place = { clock };
  const tcdm = new ClusterTcdm(sim, "tcdm", {}, place);
  if (observed) sim.trace.attach({ record: () => {} });
  const cores = Array.from({ length: CORES }, (_, coreId) => {
    const core = new FirmwareCore(sim, `pe${coreId}`, { coreId, clusterId: 0 }, place);
    if (ahead) connect(core.data, tcdm.cores);
    else {
      const inTime = new InTime(sim, `in_time${coreId}`, {}, place);
      connect(core.data, inTime.port);
      connect(inTime.memory, tcdm.cores);
    }
    const random = new Random(seed * CORES + coreId);
    core.start(() => program(core, random, spread, wakes), false);
    return core;
  });
  sim.run();
  return {
    cores: cores.map((core) => [core.cycle, core.instructions.value, core.contention.value, ...core.registers]),
    refused: tcdm.refused.value,
    bytes: tcdm.memory.bytes.slice(0, 4 * spread + 8),
  };
}

Deno.test("ClusterTcdm gives accesses that come ahead of their cycle the same cycles and data as those that come in it", () => {
  let refused = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const spread = [4, 16, 64, 400][seed % 4];
    const ahead = run(seed, true, spread), inTime = run(seed, false, spread);
    assertEquals(ahead, inTime, `seed ${seed}`);
    refused += ahead.refused;
  }
  assertNotEquals(refused, 0);
});

Deno.test("ClusterTcdm goes alone from cycle to cycle, and takes the same cycles when it is watched and may not", () => {
  for (let seed = 50; seed < 60; seed++) {
    const alone = run(seed, true, 32), watched = run(seed, true, 32, { observed: true });
    assertEquals(alone, watched, `seed ${seed}`);
  }
});

Deno.test("ClusterTcdm takes accesses ahead also between processes that wait for cycles of the clock", () => {
  for (let seed = 60; seed < 80; seed++) {
    const ahead = run(seed, true, 24, { wakes: true }), inTime = run(seed, false, 24, { wakes: true });
    assertEquals(ahead, inTime, `seed ${seed}`);
  }
});
