/**
 * Sizes of the instruction caches, and what they need of the memory behind them.
 * @module
 */

/** Sizes and delays of an instruction cache. Its banks have a read port per core, so their number has no effect on time. */
export interface IcacheParams {
  /** Fetch ports, at most 16. Source: pulp_cluster 9fd9c3e (8). */
  readonly cores: number;
  /** Size; unit: bytes, a power of two. Source: pulp_cluster 9fd9c3e (4096); GAP8's product brief says 16 KiB. */
  readonly sizeBytes: number;
  /** Ways per set, a power of two up to 8. Source: pulp_cluster 9fd9c3e (4). */
  readonly ways: number;
  /** Bytes per line, a power of two; one fetch returns a whole line. Source: icache_mp_128_pf ea28b3b (16). */
  readonly lineBytes: number;
  /** Lines that can be on their way at once, at most 16. Source: icache_mp_128_pf ea28b3b (16). */
  readonly refills: number;
  /** Refill addresses that can wait for the bus. Source: icache_mp_128_pf ea28b3b (2). */
  readonly addressDepth: number;
  /** From the last beat on the bus to the write into the arrays; unit: cycles. Source: RTL simulation (2: buffer, assembly). */
  readonly receiveCycles: number;
}

/** The shared cache of the first Mr.Wolf cluster, which the recordings were made with. */
export const MR_WOLF_CLUSTER_ICACHE: IcacheParams = {
  cores: 8,
  sizeBytes: 4096,
  ways: 4,
  lineBytes: 16,
  refills: 16,
  addressDepth: 2,
  receiveCycles: 2,
};

/** The shared cache of GAP8's cluster: that of Mr.Wolf at the size in GAP8's product brief (16 KiB). */
export const GAP8_CLUSTER_ICACHE: IcacheParams = { ...MR_WOLF_CLUSTER_ICACHE, sizeBytes: 16384 };

/** The cache of GAP8's fabric controller: 4 KiB for one core (product brief); its inner structure is taken from the cluster's. */
export const GAP8_FC_ICACHE: IcacheParams = { ...MR_WOLF_CLUSTER_ICACHE, cores: 1, sizeBytes: 4096 };

/** The bus behind an instruction cache. */
export interface IcacheRefillPort {
  /** Offers the address of a line; returns whether it is accepted in this cycle. `id` is below `refills` or `cores`. */
  startRefill(cycle: number, id: number, address: number): boolean;
  /** The identifier of a line whose last beat arrives in this cycle, or -1. */
  refillDone(cycle: number): number;
}
