import { assert, assertEquals, assertThrows } from "@std/assert";
import { CardRegisters, InterruptSink } from "../../../hw/pcie/card_bus.ts";
import { DmaChannel } from "../../../hw/pcie/dma_channel.ts";
import { DESCRIPTOR_BYTES, readDescriptor, writeDescriptors } from "../../../hw/pcie/dma_registers.ts";
import { HostMemory } from "../../../hw/pcie/host_memory.ts";
import { MemoryBank } from "../../../hw/pcie/memory_bank.ts";
import { PcieLink } from "../../../hw/pcie/pcie_link.ts";
import { Component, connect } from "../../../hw/mod.ts";
import { Event, MHz, ps, Simulation } from "../../../sim/mod.ts";

const BASE = 0x50_0000_0000;

class Host extends Component {
  readonly done = new Event(this.sim, "done");
  private readonly arrived = this.sim.task("arrived", () => this.done.notify());
  readonly irq = this.target("irq", InterruptSink, {
    interrupt: (_vector: number, arrivalPs: number) => this.arrived.afterTime(ps(arrivalPs - this.sim.now)),
  });
}

function platform(toCard: boolean, blockNs = 350) {
  const sim = new Simulation();
  const link = new PcieLink(sim, "link");
  const registers = new CardRegisters(sim, "registers");
  const memory = new HostMemory();
  const bank = new MemoryBank(sim, "bank", { base: BASE, sizeBytes: 2 ** 24 });
  const placement = { clock: sim.clock("dma", MHz(100)) };
  const channel = new DmaChannel(sim, "channel", toCard, link, memory, { vector: 8, blockNs }, placement);
  const host = new Host(sim, "host");
  connect(channel.memory, bank.port);
  connect(link.bar, registers.port);
  connect(link.interrupts, host.irq);
  registers.add("dma", 0x40_0000, 0x1000, channel.control.calls);
  const list = memory.pin(4 * DESCRIPTOR_BYTES), data = memory.pin(1 << 20);
  return { sim, link, memory, bank, channel, host, list, data };
}

function start({ sim, link, host, list, channel }: ReturnType<typeof platform>): number {
  const program = sim.spawn("program", function* () {
    link.write32(0x40_0080, list.address % 2 ** 32);
    link.write32(0x40_0084, Math.floor(list.address / 2 ** 32));
    link.write32(0x40_0004, 3);
    yield host.done;
    assertEquals(yield* link.read32(0x40_0040), 2);
    assertEquals(channel.registers.get("STATUS"), 0);
    return sim.now;
  });
  sim.run();
  return program.result;
}

Deno.test("DmaChannel copies what its descriptors say to the card, unaligned pieces too", () => {
  const rig = platform(true);
  rig.data.bytes.set(Uint8Array.from({ length: 10_000 }, (_, i) => i * 7));
  writeDescriptors(rig.list.bytes, rig.list.address, [
    { sizeBytes: 9000, hostAddress: rig.data.address, cardAddress: BASE + 100 },
    { sizeBytes: 1000, hostAddress: rig.data.address + 9000, cardAddress: BASE + 100 + 9000 },
  ], true);
  start(rig);
  const back = new Uint8Array(10_000);
  rig.bank.store.read(BASE + 100, back);
  assertEquals(back, rig.data.bytes.slice(0, 10_000));
  assertEquals([rig.channel.bytes.value, rig.channel.descriptors.value], [10_000, 2]);
});

/** Bytes a second in which 1 MiB is copied. */
function rate(toCard: boolean, blockNs: number): number {
  const rig = platform(toCard, blockNs);
  const words = Int32Array.from({ length: 1 << 18 }, (_, i) => i ^ 0x55);
  rig.bank.store.write(BASE, words.subarray(0, 1024));
  const { list, data } = rig;
  writeDescriptors(list.bytes, list.address, [
    { sizeBytes: 1 << 20, hostAddress: data.address, cardAddress: BASE },
  ], toCard);
  const took = start(rig);
  if (!toCard) assertEquals(new Int32Array(data.bytes.buffer, 0, 1024), words.subarray(0, 1024));
  return (1 << 20) / took * 1e12;
}

Deno.test("DmaChannel copies from the card as well; a block takes the link, and its descriptor", () => {
  // 4 KiB go in 16 packets of 256 bytes and 24 more.
  const linkPs = 16 * (256 + 24) * new PcieLink(new Simulation(), "link").psPerByte;
  for (const toCard of [false, true]) {
    for (const blockNs of [100, 350, 1000]) {
      const most = 4096 / (linkPs + blockNs * 1000) * 1e12, measured = rate(toCard, blockNs);
      // Less than the most, by what a megabyte's beginning and end take.
      assert(measured < most && measured > 0.95 * most, `${measured} of ${most} bytes a second`);
    }
  }
});

Deno.test("DmaChannel refuses a descriptor that is none, and host memory that is not pinned", () => {
  assertThrows(() => start(platform(true)), Error, "it has no magic number");
  const rig = platform(true);
  writeDescriptors(rig.list.bytes, rig.list.address, [
    { sizeBytes: 8, hostAddress: 0x1234_0000, cardAddress: BASE },
  ], true);
  assertThrows(() => start(rig), Error, "Cannot reach 8 bytes of host memory at 0x12340000: they are not pinned");
});

Deno.test("readDescriptor gives back what writeDescriptors wrote, both ways", () => {
  const bytes = new Uint8Array(2 * DESCRIPTOR_BYTES);
  const list = [1, 2].map((n) => ({ sizeBytes: n, hostAddress: 2 ** 33 + n, cardAddress: 2 ** 38 + n }));
  for (const toCard of [true, false]) {
    writeDescriptors(bytes, 2 ** 32, list, toCard);
    const first = readDescriptor(bytes.subarray(0, DESCRIPTOR_BYTES), toCard)!;
    assertEquals(first, { ...list[0], next: 2 ** 32 + DESCRIPTOR_BYTES });
    assertEquals(readDescriptor(bytes.subarray(DESCRIPTOR_BYTES), toCard)!, { ...list[1], next: 0 });
  }
});
