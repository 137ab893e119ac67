import { assert, assertEquals } from "@std/assert";
import { type Access, CoreBus } from "../../../hw/bus/access.ts";
import { CoreDemux } from "../../../hw/bus/core_demux.ts";
import { FetchBus, type FetchClient } from "../../../hw/bus/fetch.ts";
import { Component } from "../../../hw/component.ts";
import { ClusterTcdm } from "../../../hw/memory/cluster_tcdm.ts";
import { connect } from "../../../hw/port.ts";
import { ClusterDma } from "../../../hw/pulp/cluster_dma.ts";
import { EventUnit } from "../../../hw/pulp/event_unit.ts";
import { AxiLatencyMemory } from "../../../hw/pulp/mchan_external.ts";
import { readElf } from "../../../hw/riscv/elf.ts";
import { EVENT } from "../../../hw/riscv/ri5cy/performance_counters.ts";
import { Ri5cyCore } from "../../../hw/riscv/ri5cy_core.ts";
import type { CoreName } from "../../../hw/riscv/ri5cy/variants.ts";
import { Hz, Simulation } from "../../../sim/mod.ts";
import { clusterIndex, type ClusterRun, elf } from "../../golden_files.ts";

const CODE = { base: 0x1c00_0000, sizeBytes: 512 << 10 }, DATA = 0x1c02_0000, RESET = 0x1c00_0080, EXIT = 0x1a10_40a0;
const CORES = 8;

/** The recordings' memory behind the DMA: reads and writes are answered after 10 cycles. */
class IdealMemory extends AxiLatencyMemory {
  constructor() {
    super({ ...CODE, readLatencyCycles: 10, writeLatencyCycles: 10, bursts: 8 });
  }

  holds(): boolean {
    return true;
  }

  reset(): void {}
}

/** Grants every fetch at once and answers it in the next cycle. */
class IdealCode extends Component {
  readonly memory: IdealMemory = new IdealMemory();
  readonly port = this.target("port", FetchBus, this);
  readonly bytes = this.memory.bytes;
  private readonly words = new Int32Array(this.bytes.buffer);
  private readonly asked: (readonly [FetchClient, number])[] = [];
  private readonly answer = this.sim.task(`${this.path}.answer`, () => {
    for (const [client, address] of this.asked) client.arrive(this.words, address - CODE.base >> 2);
    this.asked.length = 0;
  }, { clock: this.clock });

  hits(): boolean {
    return true;
  }

  hit(): boolean {
    return true;
  }

  holds(address: number): boolean {
    return address >= CODE.base && address < CODE.base + CODE.sizeBytes;
  }

  request(client: FetchClient, address: number): boolean {
    this.asked.push([client, address]);
    if (!this.answer.queued) this.answer.after(1);
    return true;
  }
}

/** The recordings' board, of components: cores that have stored their status word stop. */
class Board extends Component {
  readonly code: IdealCode = new IdealCode(this, "code");
  readonly l1: ClusterTcdm = new ClusterTcdm(this, "l1");
  readonly events: EventUnit = new EventUnit(this, "events", { cores: CORES });
  readonly dma: ClusterDma = new ClusterDma(this, "dma", {
    tcdm: this.l1,
    l2: this.code.memory,
    axi: this.code.memory,
    events: this.events,
  });
  readonly cores: readonly Ri5cyCore[];
  readonly exits = this.target("exits", CoreBus, { request: (access) => this.exit(access) });
  readonly ended: { exit: number; cycles: number }[] = [];
  private readonly demux = new CoreDemux(this, "demux");
  private readonly leaving: number[] = [];
  private readonly stop = this.sim.task(`${this.path}.stop`, () => {
    for (const core of this.leaving.splice(0)) this.cores[core].reset();
  }, { clock: this.clock, phase: 3 });

  constructor(sim: Simulation, variant: CoreName) {
    super(sim, "board", {}, { clock: sim.clock("clock", Hz(1e9)) });
    this.cores = Array.from({ length: CORES }, (_, coreId) => {
      const core = new Ri5cyCore(this, `core${coreId}`, { coreId, clusterId: 0, variant });
      connect(core.data, this.demux.port);
      connect(core.fetch, this.code.port);
      connect(core.interrupts, this.events.interrupts);
      return core;
    });
    connect(this.demux.addMemory("l1", 0x1000_0000, 0x1_0000), this.l1.cores);
    connect(this.demux.addMemory("test_and_set", 0x1010_0000, 0x1_0000), this.l1.cores);
    connect(this.demux.add("events", 0x1020_4000, 0x400), this.events.demux);
    connect(this.demux.add("dma", 0x1020_4400, 0x400), this.dma.demux);
    connect(this.demux.outer, this.exits);
  }

  private exit(access: Access): void {
    assertEquals([access.address, access.write], [EXIT, true]);
    access.complete(0);
    this.ended[access.port] = { exit: access.value, cycles: this.clock.cycles };
    this.leaving.push(access.port);
    if (!this.stop.queued) this.stop.post();
  }
}

/** Programs that are this long, or longer, run without counters. */
const COUNTED_CYCLES = 10_000;

interface Outcome {
  readonly core: {
    readonly cycles: number;
    readonly retired: number;
    readonly clock_off: number;
    readonly exit: number;
    readonly refused: number;
  };
  readonly trace: string;
  /** Cycles in which its counters saw a bank serve somebody else. */
  readonly contention: number;
}

/** The recordings' checksum of words. */
function checksum(words: Int32Array): string {
  let hash = 0x811c9dc5;
  for (const word of words) hash = Math.imul(hash ^ word, 0x0100_0193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** The counter of cycles in which a bank served somebody else. */
function contentionOf({ pipeline: { counters } }: Ri5cyCore): number {
  counters.settle();
  return counters.values[31 - Math.clz32(EVENT.tcdmContention)];
}

function play(run: ClusterRun): { readonly cores: Outcome[]; readonly checksums: readonly string[] } {
  const sim = new Simulation();
  const board = new Board(sim, "ri5cy_2018_01_fetch128");
  for (const { address, bytes } of readElf(elf("cluster", run.file)).segments) {
    if (address >= CODE.base) board.code.bytes.set(bytes, address - CODE.base);
    else board.l1.memory.bytes.set(bytes, address - 0x1000_0000);
  }
  const traces = board.cores.map(() => ["cycle,pc,instr\n"]);
  board.cores.forEach((core, n) => {
    core.onRetire = (cycle, pc, { word, size }) => {
      const address = (pc >>> 0).toString(16).padStart(8, "0");
      // The first step of a core is in cycle 1 of the clock, the recordings' cycle 0.
      traces[n].push(`${cycle - 1},${address},${word.toString(16).padStart(2 * size, "0")}\n`);
    };
    core.start(RESET);
    if (run.cycles < COUNTED_CYCLES) core.pipeline.counters.enabledEvents = EVENT.tcdmContention;
  });
  sim.run({ maxCycles: 2 * run.cycles });
  const cores = board.cores.map((core, n) => ({
    core: {
      cycles: board.ended[n]?.cycles,
      retired: core.instructions.value,
      clock_off: core.asleepCycles,
      exit: board.ended[n]?.exit,
      refused: board.l1.refusedFor(n),
    },
    trace: traces[n].join(""),
    contention: contentionOf(core),
  }));
  const outside = new Int32Array(board.code.bytes.buffer, DATA - CODE.base);
  return { cores, checksums: [checksum(board.l1.memory.words), checksum(outside)] };
}

async function sha256(text: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const runs = clusterIndex();

Deno.test("Ri5cyCore has recorded programs to be compared with, in which banks refuse cores", () => {
  const refused = runs.filter(({ cycles }) => cycles < COUNTED_CYCLES).map(({ cores }) => cores[0].refused);
  assert(refused.filter((cycles) => cycles > 20).length > 15, `${refused}`);
  assertEquals([runs.length, runs.filter(({ dma }) => dma !== undefined && dma !== null).length], [61, 13]);
});

for (const run of runs) {
  Deno.test(`Ri5cyCore with interconnect, event unit and DMA runs ${run.name} in the RTL's cycles`, async () => {
    const { cores: got, checksums } = play(run);
    assertEquals(
      got.map(({ core }) => core),
      run.cores.map(({ cycles, retired, clock_off, exit, refused }) => ({ cycles, retired, clock_off, exit, refused })),
    );
    if (run.cycles < COUNTED_CYCLES) {
      assertEquals(got.map(({ contention }) => contention), run.cores.map(({ refused }) => refused));
    }
    assertEquals(checksums, [run.l1_checksum, run.l2_checksum]);
    for (const [n, { sha256: hash }] of run.cores.entries()) {
      assertEquals(await sha256(got[n].trace), hash, `core ${n}`);
    }
  });
}
