/**
 * L2: interleaved banks, and the arbitration between fabric controller, peripherals and cluster.
 *
 * Ports and their order: soc_interconnect of pulp_soc 01123ad (five 32-bit masters; one 64-bit AXI slave with four ports
 * to the banks). Arbitration is that of the cluster's interconnect, whose trees it uses.
 * @module
 */
import { type Counter, Phase } from "../../sim/mod.ts";
import { type Access, CoreBus } from "../bus/access.ts";
import { TcdmInterconnect } from "../bus/tcdm_interconnect.ts";
import { Component, type Parent, type Placement } from "../component.ts";
import type { ParamTable } from "../params.ts";
import type { Target } from "../port.ts";
import { type L2Burst, L2BurstChannel } from "./l2_burst_channel.ts";
import { Tcdm } from "./tcdm.ts";

/** Place and shape of the memory. */
export interface L2Params {
  /** First address. */
  readonly base: number;
  /** Number of bytes, a power of two. */
  readonly sizeBytes: number;
  /** Word-interleaved banks, a power of two. */
  readonly banks: number;
}

/** Ports of the interconnect: 32-bit masters, then the four of the cluster's AXI port. */
export const L2Port = {
  fcData: 0,
  fcFetch: 1,
  udmaTransmit: 2,
  udmaReceive: 3,
  debug: 4,
  axiReadLow: 5,
  axiReadHigh: 6,
  axiWriteLow: 7,
  axiWriteHigh: 8,
} as const;

/** Ports of the system bus on whose behalf an access comes. */
export const L2BusPort = { fc: 0, cluster: 1 } as const;

const MASTERS = 5, AXI_PORTS = 4;
/** No address has this bit: L2 has no test-and-set. */
const NO_TEST_AND_SET = 31;

/** Shared memory. Every bank serves one access per cycle; whoever is refused asks again. */
export class L2 extends Component<L2Params> {
  /** Place, size, banks. */
  static override readonly params: ParamTable<L2Params> = {
    base: { default: 0x1c00_0000, unit: "address", description: "first address", source: "GAP8 memory map" },
    sizeBytes: { default: 0x8_0000, unit: "B", description: "size", source: "GAP8 manual" },
    banks: {
      default: 4,
      unit: "bank",
      description: "word-interleaved banks",
      source: "GAP8 configuration (gap_sdk release-v1.0, config.json)",
    },
  };

  /** Single accesses that came over the system bus; `access.port` is one of {@linkcode L2BusPort}. */
  readonly bus: Target<CoreBus> = this.target("bus", CoreBus, {
    request: (access) => this.#ask(access),
  });
  /** Requests that were refused for a cycle because their bank served another. */
  readonly refused: Counter = this.counter("refused", "cycle", "request cycles without a grant");
  /** Words served. */
  readonly served: Counter = this.counter("served", "word", "accesses of the banks");
  /** Read bursts of the cluster. */
  readonly axiReads: L2BurstChannel;
  /** Write bursts of the cluster. */
  readonly axiWrites: L2BurstChannel;
  private readonly memory: Tcdm;
  private readonly interconnect: TcdmInterconnect;
  private readonly owners: (((value: number) => void) | null)[];
  private readonly singleReads: L2Burst[] = [];
  private readonly singleWrites: L2Burst[] = [];
  private readonly arbiter = this.sim.task(`${this.path}.arbiter`, () => this.#arbitrate(), {
    clock: this.clock,
    phase: Phase.arbitrate,
  });

  /** A memory of zeros. */
  constructor(parent: Parent, name: string, params: Partial<L2Params> = {}, placement: Placement = {}) {
    super(parent, name, params, placement);
    this.memory = new Tcdm(this.params);
    this.interconnect = new TcdmInterconnect({
      channel0Ports: MASTERS,
      channel1Ports: AXI_PORTS,
      policy: 0,
      testAndSetBit: NO_TEST_AND_SET,
      testAndSetBlockCycles: 0,
      responseCycles: 1,
    }, this.memory);
    this.owners = new Array<((value: number) => void) | null>(MASTERS + AXI_PORTS).fill(null);
    this.axiReads = new L2BurstChannel(this, "axi_reads", false, L2Port.axiReadLow);
    this.axiWrites = new L2BurstChannel(this, "axi_writes", true, L2Port.axiWriteLow);
    this.axiReads.addSource(queueSource(this.singleReads));
    this.axiWrites.addSource(queueSource(this.singleWrites));
  }

  /** The contents. */
  get bytes(): Uint8Array {
    return this.memory.bytes;
  }

  /** Whether `sizeBytes` bytes from `address` on lie in it. */
  holds(address: number, sizeBytes: number): boolean {
    const offset = (address >>> 0) - this.params.base;
    return offset >= 0 && offset + sizeBytes <= this.params.sizeBytes;
  }

  /**
   * Raises the request of a port for the word that holds `address`, in the request phase; `granted` is told the word when
   * its bank serves it. A port has one request at a time.
   */
  request(
    port: number,
    address: number,
    write: boolean,
    byteEnable: number,
    data: number,
    granted: (value: number) => void,
  ): void {
    this.owners[port] = granted;
    this.interconnect.request(port, address, write, byteEnable, data);
    if (!this.arbiter.queued) this.arbiter.post();
  }

  /** Forgets what the cluster has under way: it has been reset. */
  resetCluster(): void {
    this.axiReads.reset();
    this.axiWrites.reset();
    this.singleReads.length = this.singleWrites.length = 0;
    for (let port: number = L2Port.axiReadLow; port <= L2Port.axiWriteHigh; port++) this.interconnect.withdraw(port);
  }

  #ask(access: Access): void {
    const { address, sizeBytes, write, value } = access;
    const lane = address & 3;
    const enable = ((1 << sizeBytes) - 1) << lane;
    const data = value << (8 * lane);
    const done = (word: number) => {
      const result = word >>> (8 * lane);
      access.complete(write ? 0 : sizeBytes === 4 ? result : result & (2 ** (8 * sizeBytes) - 1));
    };
    if (access.port === L2BusPort.fc) this.request(L2Port.fcData, address, write, enable, data, done);
    else {
      const high = (address & 4) !== 0;
      const burst: L2Burst = {
        address: address & ~7,
        beats: 1,
        step: 0,
        readyCycle: 0,
        low: data,
        high: data,
        enable: high ? enable << 4 : enable,
        deliver: (low, word) => done(high ? word : low),
      };
      (write ? this.singleWrites : this.singleReads).push(burst);
      (write ? this.axiWrites : this.axiReads).wake();
    }
  }

  #arbitrate(): void {
    const { interconnect, owners } = this;
    let granted = interconnect.arbitrate(this.clock.cycles);
    for (; granted !== 0; granted &= granted - 1) {
      const port = 31 - Math.clz32(granted & -granted);
      this.served.value++;
      owners[port]!(interconnect.responses[port] >>> 0);
    }
    for (let left = interconnect.pending; left !== 0; left &= left - 1) this.refused.value++;
    if (interconnect.pending !== 0) this.arbiter.after(1);
  }
}

/** Bursts that are there as soon as they are in the queue. */
function queueSource(queue: L2Burst[]) {
  return {
    get nextCycle() {
      return queue.length === 0 ? Infinity : 0;
    },
    get front() {
      return queue[0] as L2Burst | undefined;
    },
    take: () => void queue.shift(),
  };
}
