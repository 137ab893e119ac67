/**
 * How a core reaches its instructions.
 * @module
 */
import { Protocol } from "../port.ts";

/** Who fetches: a core, with one fetch under way at a time. */
export interface FetchClient {
  /** Path of who fetches, for reports. */
  readonly initiator: string;
  /** The port of the cache that it has: its number among the cores. */
  readonly port: number;
  /** In the request phase of the cycle in which a fetch is answered: the words at its address are `words` from `index` on. */
  arrive(words: Int32Array, index: number): void;
}

/** Where a core's fetches go. */
export interface FetchBus {
  /**
   * Asks for the line at an address, in the respond phase of a cycle, if the fetch before has been answered, in this cycle
   * at the latest; whether it is granted in this cycle. If not, nothing remains of it. Where no instruction memory is, the
   * answer is zeros, as a core may fetch more than it needs.
   */
  request(client: FetchClient, address: number): boolean;
  /** Whether a fetch of the line at an address would hit. */
  hits(address: number): boolean;
  /**
   * The same; and if so, it counts as a fetch. For cores that keep account of time by themselves and ask for nothing but
   * what misses.
   */
  hit(client: FetchClient, address: number): boolean;
  /** Whether there is instruction memory at an address. */
  holds(address: number): boolean;
}

/** Where a core's fetches go. */
export const FetchBus: Protocol<FetchBus> = new Protocol<FetchBus>("FetchBus", ["request", "hits", "hit", "holds"]);
