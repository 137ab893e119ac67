/**
 * Kinds of card memory beside DDR4.
 * @module
 */
import type { ParamTable } from "../params.ts";
import { MemoryBank, type MemoryBankParams } from "./memory_bank.ts";

/** A pseudo-channel of HBM2. */
export class HbmChannel extends MemoryBank {
  /** 14.4 GB/s at best, longer latency. */
  static override readonly params: ParamTable<MemoryBankParams> = {
    ...MemoryBank.params,
    widthBytes: { ...MemoryBank.params.widthBytes, default: 32, source: "Xilinx PG276: 256 bits of AXI" },
    clockHz: { ...MemoryBank.params.clockHz, default: 450e6, source: "Xilinx PG276: 14.4 GB/s a pseudo-channel" },
    latencyNs: {
      ...MemoryBank.params.latencyNs,
      default: 122,
      source: "Shuhai, FCCM 2020: HBM with closed page, 55 cycles of 450 MHz",
    },
    refreshShare: {
      ...MemoryBank.params.refreshShare,
      default: 0.067,
      source: "JEDEC HBM2, 8 Gb: tRFC 260 ns of tREFI 3.9 us",
    },
    burstNs: { ...MemoryBank.params.burstNs, default: 0, source: "Shuhai, FCCM 2020: reads reach 13.28 GB/s" },
  };
}

/** Memory on the chip (PLRAM): no refresh, no turnaround. */
export class Plram extends MemoryBank {
  /** As wide as DDR4's bus, with the latency of a block memory. */
  static override readonly params: ParamTable<MemoryBankParams> = {
    ...MemoryBank.params,
    latencyNs: { ...MemoryBank.params.latencyNs, default: 10, source: "assumed (5 to 20: a few cycles of 300 MHz)" },
    refreshShare: { ...MemoryBank.params.refreshShare, default: 0, source: "static memory" },
    burstNs: { ...MemoryBank.params.burstNs, default: 0, source: "static memory" },
    turnaroundNs: { ...MemoryBank.params.turnaroundNs, default: 0, source: "static memory" },
  };
}
