/**
 * Plays recorded request streams through the TCDM interconnect.
 * @module
 */

import { GAP8_TCDM_INTERCONNECT, TcdmInterconnect } from "../hw/bus/tcdm_interconnect.ts";
import { GAP8_TCDM, Tcdm } from "../hw/memory/tcdm.ts";

/** Earliest cycle, bank, row, operation (read, write, test-and-set), byte enable; then grant cycle, response cycle, data. */
export type RecordedRequest = readonly [number, number, number, "R" | "W" | "T", number, number, number, number];

/** A recorded stream: what each port of an interconnect asked for and got. */
export interface RecordedStream {
  /** Ports of channel 0 (cores, accelerator). */
  readonly ch0: number;
  /** Ports of channel 1 (external, DMA). */
  readonly ch1: number;
  /** Arbitration policy, one bit per channel. */
  readonly policy: number;
  /** Requests per port, in order. */
  readonly ports: readonly (readonly RecordedRequest[])[];
}

/** What the model did with a request. */
export interface PlayedRequest {
  /** Cycle of the grant. */
  readonly grant: number;
  /** Cycle of the response. */
  readonly response: number;
  /** Data read, or written. */
  readonly data: number;
}

/** Plays a stream from reset; returns what happened to each request, per port. */
export function playStream(stream: RecordedStream): PlayedRequest[][] {
  const interconnect = new TcdmInterconnect({
    ...GAP8_TCDM_INTERCONNECT,
    channel0Ports: stream.ch0,
    channel1Ports: stream.ch1,
    policy: stream.policy,
  }, new Tcdm(GAP8_TCDM));
  const { responseCycles, testAndSetBit } = interconnect.params;
  const played = stream.ports.map((): PlayedRequest[] => []);
  const raiseAt = stream.ports.map((requests) => requests[0]?.[0] ?? Infinity);
  for (let cycle = Math.min(...raiseAt); cycle < Infinity;) {
    stream.ports.forEach((requests, port) => {
      if (raiseAt[port]! > cycle) return;
      const [, bank, row, operation, byteEnable, , , data] = requests[played[port]!.length]!;
      const word = row * GAP8_TCDM.banks + bank;
      const address = GAP8_TCDM.base + 4 * word + (operation === "T" ? 2 ** testAndSetBit : 0);
      interconnect.request(port, address, operation === "W", byteEnable, data);
      raiseAt[port] = Infinity;
    });
    const grants = interconnect.arbitrate(cycle);
    stream.ports.forEach((requests, port) => {
      if (((grants >> port) & 1) === 0) return;
      const [, , , operation, , , , written] = requests[played[port]!.length]!;
      const data = operation === "W" ? written : interconnect.responses[port]! >>> 0;
      played[port]!.push({ grant: cycle, response: cycle + responseCycles, data });
      raiseAt[port] = Math.max(requests[played[port]!.length]?.[0] ?? Infinity, cycle + 1);
    });
    cycle = interconnect.pending !== 0 ? cycle + 1 : Math.max(cycle + 1, Math.min(...raiseAt));
  }
  return played;
}
