import { assertEquals, assertThrows } from "@std/assert";
import { ClusterControl } from "../../../hw/pulp/cluster_control.ts";
import { MHz, Simulation, SimulationError } from "../../../sim/mod.ts";

function control() {
  const sim = new Simulation();
  const started: [core: number, address: number][] = [];
  const cores = [0, 1, 2].map((core) => ({ start: (address: number) => void started.push([core, address]) }));
  const tcdm = { arbitrationPolicy: 0 };
  const registers = new ClusterControl(sim, "control", { cores, tcdm }, {}, { clock: sim.clock("cluster", MHz(50)) });
  const { read, write } = registers.port.calls;
  return {
    started,
    tcdm,
    registers,
    read: (at: number) => read(at, 4),
    write: (at: number, value: number) => write(at, 4, value),
  };
}

const FETCH_ENABLE = 0x08, BOOT_ADDRESS = 0x40, ARBITRATION0 = 0x80, ARBITRATION1 = 0x88;

Deno.test("ClusterControl starts a core when its bit of FETCH_ENABLE is set, 128 bytes behind its boot address", () => {
  const { started, read, write } = control();
  assertEquals(read(BOOT_ADDRESS + 4), 0x1c00_0000);
  write(BOOT_ADDRESS + 4, 0x1c00_1234);
  write(FETCH_ENABLE, 0b011);
  assertEquals(started, [[0, 0x1c00_0080], [1, 0x1c00_1280]]);
  write(FETCH_ENABLE, 0b111);
  write(FETCH_ENABLE, 0b111);
  assertEquals(started.slice(2), [[2, 0x1c00_0080]]);
  assertEquals(read(FETCH_ENABLE), 0b111);
});

Deno.test("ClusterControl chooses the arbitration of L1, and goes back to what holds after reset", () => {
  const { tcdm, registers, started, read, write } = control();
  write(ARBITRATION0, 1);
  write(ARBITRATION1, 1);
  assertEquals(tcdm.arbitrationPolicy, 0b11);
  write(ARBITRATION0, 0);
  assertEquals(tcdm.arbitrationPolicy, 0b10);
  write(FETCH_ENABLE, 1);
  registers.reset();
  assertEquals([tcdm.arbitrationPolicy, read(FETCH_ENABLE), read(ARBITRATION1)], [0, 0, 0]);
  write(FETCH_ENABLE, 1);
  assertEquals(started.length, 2);
});

Deno.test("ClusterControl refuses cores that the cluster does not have", () => {
  const { write } = control();
  assertThrows(() => write(FETCH_ENABLE, 0x100), SimulationError, "are reserved");
});
