import { assert, assertEquals } from "@std/assert";
import { GAP8_TCDM_INTERCONNECT, TcdmInterconnect } from "../../../hw/bus/tcdm_interconnect.ts";
import { GAP8_TCDM, Tcdm } from "../../../hw/memory/tcdm.ts";
import { Mchan } from "../../../hw/pulp/mchan.ts";
import { AxiLatencyMemory } from "../../../hw/pulp/mchan_external.ts";
import { GAP8_MCHAN } from "../../../hw/pulp/mchan_params.ts";

const L1 = GAP8_TCDM.base;
const L2 = 0x1c000000;
/** Each transfer has a region of its own on either side. */
const REGION = 4096;
const TRANSFERS = 12;
const CYCLE_LIMIT = 100_000;

function random(seed: number): (limit: number) => number {
  let state = seed | 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** An external memory that now and then refuses what it is offered and holds back what it has. */
class ReluctantMemory extends AxiLatencyMemory {
  constructor(readonly willing: () => boolean) {
    super({ base: L2, sizeBytes: 1 << 18, readLatencyCycles: 7, writeLatencyCycles: 4, bursts: 8 });
  }
  override startRead(cycle: number, id: number, address: number, beats: number, incremental: boolean): boolean {
    return this.willing() && super.startRead(cycle, id, address, beats, incremental);
  }
  override startWrite(cycle: number, id: number, address: number, beats: number, incremental: boolean): boolean {
    return this.willing() && super.startWrite(cycle, id, address, beats, incremental);
  }
  override readBeat(cycle: number): boolean {
    return this.willing() && super.readBeat(cycle);
  }
  override writeBeat(cycle: number, low: number, high: number, enable: number): boolean {
    return this.willing() && super.writeBeat(cycle, low, high, enable);
  }
}

interface Transfer {
  core: number;
  toLocal: boolean;
  bytes: number;
  local: number;
  external: number;
  rows: { count: number; stride: number } | undefined;
}

function randomTransfers(pick: (limit: number) => number): Transfer[] {
  return Array.from({ length: TRANSFERS }, (_, index) => {
    const bytes = 1 + pick(pick(2) ? 40 : 1200);
    const count = 1 + pick(Math.min(bytes, 100));
    const stride = count + pick(Math.max(1, Math.floor((8 * REGION - 100) / Math.ceil(bytes / count) - count)));
    return {
      core: pick(9),
      toLocal: pick(2) === 1,
      bytes,
      local: REGION * index + pick(16),
      external: index * 8 * REGION / 2 + pick(16),
      rows: pick(2)
        ? { count, stride: Math.min(stride, Math.floor(3 * REGION / Math.ceil(bytes / count)) || 1) }
        : undefined,
    };
  }).map((transfer) =>
    transfer.rows && transfer.rows.stride < transfer.rows.count ? { ...transfer, rows: undefined } : transfer
  );
}

/** What the memories hold when every transfer has been done by hand. */
function apply(transfers: Transfer[], local: Uint8Array, external: Uint8Array): void {
  for (const { bytes, rows, toLocal, local: at, external: start } of transfers) {
    const { count, stride } = rows ?? { count: bytes, stride: bytes };
    for (let byte = 0; byte < bytes; byte++) {
      const outside = start + Math.floor(byte / count) * stride + byte % count;
      if (toLocal) local[at + byte] = external[outside]!;
      else external[outside] = local[at + byte]!;
    }
  }
}

/** Plays transfers from all ports at once, with other traffic on the banks; returns whether all data are right. */
function play(seed: number): void {
  const pick = random(seed);
  const reluctance = pick(4) * 25;
  const memory = new ReluctantMemory(() => pick(100) >= reluctance);
  const tcdm = new Tcdm(GAP8_TCDM);
  const interconnect = new TcdmInterconnect(GAP8_TCDM_INTERCONNECT, tcdm);
  const dma = new Mchan(GAP8_MCHAN, interconnect, memory);
  for (const bytes of [tcdm.bytes, memory.bytes]) bytes.forEach((_, at) => bytes[at] = pick(256));
  const transfers = randomTransfers(pick);
  const local = tcdm.bytes.slice();
  const external = memory.bytes.slice();
  apply(transfers, local, external);

  const words = Array.from({ length: 9 }, () => [] as [boolean, number][]);
  for (const transfer of transfers) {
    const { bytes, rows } = transfer;
    const command = bytes | (transfer.toLocal ? 1 << 16 : 0) | 1 << 17 | (rows ? 1 << 18 : 0) | 1 << 19;
    words[transfer.core]!.push([false, 0], [true, command], [true, L1 + transfer.local], [
      true,
      L2 + transfer.external,
    ]);
    if (rows) words[transfer.core]!.push([true, rows.count | (rows.stride << 16)]);
  }
  const raised = words.map(() => false);
  let events = 0;
  let cycle = 0;
  while (events < TRANSFERS || dma.busy) {
    assert(cycle < CYCLE_LIMIT, `seed ${seed}: ${events} of ${TRANSFERS} transfers ended`);
    words.forEach((left, port) => {
      if (raised[port] || left.length === 0 || pick(3) === 0) return;
      const [write, data] = left.shift()!;
      dma.request(port, 0, write, data);
      raised[port] = true;
    });
    for (let core = 0; core < 8; core++) {
      const idle = ((interconnect.pending >> core) & 1) === 0;
      if (idle && pick(2)) interconnect.request(core, L1 + 4 * pick(16384), false, 15, 0);
    }
    dma.raise();
    const grants = interconnect.pending === 0 ? 0 : interconnect.arbitrate(cycle);
    const accepted = dma.arbitrate();
    dma.commit(cycle++, grants);
    words.forEach((_, port) => raised[port] &&= ((accepted >> port) & 1) === 0);
    for (let lines = dma.transfers.events; lines !== 0; lines &= lines - 1) events++;
  }
  assertEquals(events, TRANSFERS, `seed ${seed}`);
  assert(tcdm.bytes.every((byte, at) => byte === local[at]), `seed ${seed}: TCDM contents`);
  assert(memory.bytes.every((byte, at) => byte === external[at]), `seed ${seed}: external contents`);
}

Deno.test("Mchan moves the right bytes whatever refuses or waits", () => {
  for (let seed = 1; seed <= 30; seed++) play(seed * 7919);
});
