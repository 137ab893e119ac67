import { Mchan } from "../../../hw/pulp/mchan.ts";
import { AxiLatencyMemory } from "../../../hw/pulp/mchan_external.ts";
import { MCHAN_RTL_2018, type MchanParams } from "../../../hw/pulp/mchan_params.ts";
import type { MchanTcdmPort } from "../../../hw/pulp/mchan_tcdm_side.ts";

/** A recorded scenario: command accesses, and what was seen on the AXI port and the event lines. */
export interface Scenario {
  name: string;
  lat: number;
  ops: { core: number; kind: "R" | "W"; req: number; gnt: number; data: number }[];
  log: (["AR" | "AW", number, number, number, number] | ["EVT" | "IRQ" | "BUSY", number, number])[];
}

/** A TCDM without banks that grants what `refuse` does not refuse; what the recordings were made with. */
export class IdealTcdm implements MchanTcdmPort {
  readonly responses = new Int32Array(32);
  readonly words = new Int32Array(16384);
  #raised = new Map<number, { word: number; write: boolean; enable: number; data: number }>();
  constructor(readonly refuse: () => boolean = () => false) {}

  request(port: number, address: number, write: boolean, enable: number, data: number): void {
    this.#raised.set(port, { word: (address & 0xffff) >> 2, write, enable, data });
  }

  arbitrate(): number {
    let grants = 0;
    for (const [port, access] of this.#raised) {
      if (this.refuse()) continue;
      grants |= 1 << port;
      if (access.write && access.enable === 15) this.words[access.word] = access.data;
      this.responses[port] = this.words[access.word]!;
      this.#raised.delete(port);
    }
    return grants;
  }
}

/** A DMA with an ideal TCDM and an ideal external memory, and the log of what it does. */
export class Bench {
  readonly dma: Mchan;
  readonly log: (string | number)[][] = [];
  readonly events: number[] = [];
  cycle = 0;
  grants = 0;
  #busy = 0;
  readonly #tcdm: IdealTcdm;

  constructor(latency: number, params: MchanParams = MCHAN_RTL_2018, tcdm: IdealTcdm = new IdealTcdm()) {
    const log = (kind: string, cycle: number, address: number, beats: number) =>
      this.log.push([kind, cycle, address, beats]);
    class LoggedMemory extends AxiLatencyMemory {
      override startRead(cycle: number, id: number, address: number, beats: number, incremental: boolean) {
        log("AR", cycle, address, beats);
        return super.startRead(cycle, id, address, beats, incremental);
      }
      override startWrite(cycle: number, id: number, address: number, beats: number, incremental: boolean) {
        log("AW", cycle, address, beats);
        return super.startWrite(cycle, id, address, beats, incremental);
      }
    }
    const memory = new LoggedMemory({
      base: 0x1c000000,
      sizeBytes: 1 << 19,
      readLatencyCycles: latency,
      writeLatencyCycles: latency,
      bursts: 8,
    });
    this.#tcdm = tcdm;
    this.dma = new Mchan(params, tcdm, memory);
  }

  /** One cycle with the command accesses raised before. */
  step(): void {
    const busy = this.dma.busyLine ? 1 : 0;
    if (busy !== this.#busy) this.log.push(["BUSY", this.cycle, busy]);
    this.#busy = busy;
    this.dma.raise();
    const tcdm = this.#tcdm.arbitrate();
    this.grants = this.dma.arbitrate();
    this.dma.commit(this.cycle, tcdm);
    const { events, interrupts } = this.dma.transfers;
    for (let line = 0; line < 9; line++) {
      if ((events >> line) & 1) this.log.push(["EVT", this.cycle, line]);
      if ((interrupts >> line) & 1) this.log.push(["IRQ", this.cycle, line]);
    }
    this.cycle++;
  }
}

const TO_LOCAL = 1 << 16;
const INCREMENTAL = 1 << 17;
const TWO_DIMENSIONAL = 1 << 18;
const EVENT = 1 << 19;
const INTERRUPT = 1 << 20;
const BROADCAST = 1 << 21;

/** The words of transfer `index` of `core` in a scenario: command, TCDM address, external address, count and stride. */
function commandWords(name: string, core: number, index: number, perCore: number): number[] {
  const parts = name.split("_");
  let external = 0x1c000000 + (core * perCore + index) * 4096;
  let bytes = 256;
  let toLocal = true;
  let flags = INCREMENTAL | EVENT;
  const rows: number[] = [];
  if (/^(same|two)core/.test(name)) {
    const which = core + index;
    toLocal = parts[1]![which] === "1";
    bytes = Number(parts[2 + which]);
    external = 0x1c000000 + which * 0x10000;
  } else if (/^(queue1core|8cores|tcdmstall)/.test(name)) {
    toLocal = parts.at(-2) !== "0";
    bytes = Number(parts.at(-1));
  } else if (name.startsWith("queue")) {
    bytes = Number(parts.at(-1));
    if (name.startsWith("queue6_2d")) {
      flags |= TWO_DIMENSIONAL;
      rows.push(64 | (128 << 16));
    }
  } else if (name === "ble" || name === "ile" || name === "pe") {
    external = 0x1c000000;
    bytes = 64;
    if (name === "ble") flags |= BROADCAST;
    if (name === "ile") flags = INCREMENTAL | INTERRUPT;
  }
  return [bytes | (toLocal ? TO_LOCAL : 0) | flags, 0x10000000 + index * 4096, external, ...rows];
}

/** Plays a scenario; returns the accesses with the model's grants and data, and the model's log. */
export function playScenario(scenario: Scenario): { ops: Scenario["ops"]; log: (string | number)[][] } {
  const { name } = scenario;
  const bench = new Bench(scenario.lat);
  const played = scenario.ops.map((op) => ({ ...op, gnt: -11 }));
  const perCore = name === "8cores_x3_256" ? 3 : name.startsWith("queue2x8") ? 2 : name.startsWith("queue16") ? 16 : 1;
  const queues = Array.from({ length: 9 }, (_, core) => played.filter((op) => op.core === core && op.req >= 0));
  const next = queues.map(() => 0);
  const freeAt = queues.map(() => 0);
  const words = queues.map(() => [] as number[]);
  const started = queues.map(() => 0);
  const lastLogged = Math.max(...scenario.log.map((entry) => entry[1]), ...scenario.ops.map((op) => op.req + 4));
  while (bench.cycle <= lastLogged + 20) {
    const { cycle } = bench;
    queues.forEach((ops, core) => {
      const op = ops[next[core]!];
      if (op === undefined || cycle !== Math.max(op.req, freeAt[core]!)) return;
      const status = name === "status" && next[core]! >= 4;
      if (!status && words[core]!.length === 0) {
        words[core] = commandWords(name, core, started[core]!++, perCore);
      }
      const data = status ? op.kind === "W" ? 1 : 0 : op.kind === "W" ? words[core]!.shift()! : 0;
      bench.dma.request(core, status ? 4 : 0, op.kind === "W", data);
      freeAt[core] = Infinity;
    });
    bench.step();
    queues.forEach((ops, core) => {
      if (((bench.grants >> core) & 1) === 0) return;
      const op = ops[next[core]!++]!;
      op.gnt = cycle;
      op.data = bench.dma.responses[core]!;
      freeAt[core] = cycle + 1;
    });
  }
  return { ops: played, log: bench.log };
}
