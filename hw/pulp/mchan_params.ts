/**
 * Sizes and options of the cluster DMA.
 * @module
 */

/** Sizes and options of a cluster DMA; all latencies follow from the stages and queues between them. */
export interface MchanParams {
  /** Command ports: one per core, then the peripheral port. Source: dmac_wrap of pulp_cluster 9fd9c3e (8 + 1). */
  readonly commandPorts: number;
  /** Transfer counters that can be allocated, at most 16. Source: dmac_wrap of pulp_cluster 9fd9c3e (16). */
  readonly counters: number;
  /** Transfers that each command port can hold until the control unit takes them. Source: dmac_wrap (2). */
  readonly portQueueDepth: number;
  /** Transfers of both directions that the control unit can hold. Source: dmac_wrap (8). */
  readonly globalQueueDepth: number;
  /** 2D transfers between command word and start. Source: mchan cc86ae2, TWD_QUEUE_DEPTH (4). */
  readonly rowSlots: number;
  /** Entries of every queue between two stages. Source: mchan cc86ae2 (2). */
  readonly stageDepth: number;
  /** External bursts under way per direction. Source: dmac_wrap, NB_OUTSND_TRANS (8). */
  readonly outstandingBursts: number;
  /** External boundary at which rows are cut into bursts; unit: bytes, a power of two. Source: dmac_wrap (256). */
  readonly burstBytes: number;
  /** Address of the TCDM; unit: bytes. Source: GAP8 manual, memory map. */
  readonly tcdmBase: number;
  /** Size of the TCDM; unit: bytes, a power of two. Source: GAP8 manual (64 KiB). */
  readonly tcdmSizeBytes: number;
  /** Interconnect port of the first of the four TCDM ports (two that read, two that write). Source: pulp_cluster 9fd9c3e. */
  readonly firstTcdmPort: number;
  /** Defects of the recorded RTL to reproduce; none in GAP8. */
  readonly defects: MchanDefects;
}

/** Defects of the RTL at mchan cc86ae2 that a model can be asked to reproduce. */
export interface MchanDefects {
  /** The length, count and stride fields have 15 bits instead of 16: 32772 bytes move 4. */
  readonly fifteenBitFields: boolean;
  /** The completion counter takes a short last row for a full one: no end event when that row would have crossed a burst boundary. */
  readonly raggedRowCountedFull: boolean;
  /** A 2D transfer whose row word arrives in the cycle in which another transfer is taken never ends. */
  readonly rowWordLost: boolean;
}

/** The DMA of GAP8: the sizes of the first Mr.Wolf cluster, without its defects (the GAP8 manual allows 65535 bytes). */
export const GAP8_MCHAN: MchanParams = {
  commandPorts: 9,
  counters: 16,
  portQueueDepth: 2,
  globalQueueDepth: 8,
  rowSlots: 4,
  stageDepth: 2,
  outstandingBursts: 8,
  burstBytes: 256,
  tcdmBase: 0x10000000,
  tcdmSizeBytes: 65536,
  firstTcdmPort: 16,
  defects: { fifteenBitFields: false, raggedRowCountedFull: false, rowWordLost: false },
};

/** The DMA as recorded: mchan cc86ae2 with its defects. */
export const MCHAN_RTL_2018: MchanParams = {
  ...GAP8_MCHAN,
  defects: { fifteenBitFields: true, raggedRowCountedFull: true, rowWordLost: true },
};
