/**
 * What the host's own work costs: Python, system calls, the driver, interrupts.
 * @module
 */
import type { ParamTable } from "../../hw/params.ts";

/** Costs of a host; times that are neither the link's nor the card's. */
export interface HostParams {
  /** Clock in which the host's cycles are counted. */
  readonly clockHz: number;
  /** A call of a kernel in Python, until the first register access or system call. */
  readonly pythonCallNs: number;
  /** One turn of a polling loop in Python, besides the register read. */
  readonly pythonPollNs: number;
  /** A call of a buffer's method in Python, until the system call. */
  readonly pythonSyncNs: number;
  /** One store to a register of the card. */
  readonly registerStoreNs: number;
  /** A system call and back. */
  readonly systemCallNs: number;
  /** What the driver does to take in a command. */
  readonly execBufNs: number;
  /** From a message at the host to its interrupt handler. */
  readonly interruptNs: number;
  /** From a wake-up to a kernel thread that runs. */
  readonly threadWakeNs: number;
  /** What the driver's scheduler does for one command, besides register accesses. */
  readonly scheduleNs: number;
  /** From the driver's wake-up to a Python program that runs again. */
  readonly processWakeNs: number;
  /** Mapping one page of host memory for a transfer. */
  readonly mapPageNs: number;
  /** Setting up a transfer, besides its pages. */
  readonly transferNs: number;
  /** Reading a sensor. */
  readonly sensorNs: number;
  /** Loading a design. */
  readonly programMs: number;
}

/** Defaults. No public measurement takes these apart; each is marked with the range within which it is plausible. */
export const hostParams: ParamTable<HostParams> = {
  clockHz: {
    default: 3e9,
    unit: "Hz",
    description: "clock in which the host's cycles are counted",
    source: "assumed (2 to 4 GHz); no cost depends on it",
    min: 1e6,
  },
  pythonCallNs: {
    default: 10_000,
    unit: "ns",
    description: "a kernel call in Python, to its first register access",
    source: "assumed (5 000 to 30 000: signature, packing); at most 80 us are left by published call times",
  },
  pythonPollNs: {
    default: 1000,
    unit: "ns",
    description: "a turn of a polling loop in Python, besides the register read",
    source: "assumed (300 to 3 000)",
  },
  pythonSyncNs: {
    default: 5000,
    unit: "ns",
    description: "a call of a buffer's method in Python",
    source: "assumed (2 000 to 15 000)",
  },
  registerStoreNs: {
    default: 60,
    unit: "ns",
    description: "a store to a register of the card, until the processor goes on",
    source: "assumed (10 to 700; aws-fpga measures 677 to 761 with its library)",
  },
  systemCallNs: { default: 500, unit: "ns", description: "a system call and back", source: "assumed (200 to 1 500)" },
  execBufNs: {
    default: 2800,
    unit: "ns",
    description: "what the driver does to take in a command",
    source: "XRT pull request 3081: 300 000 accepted commands a second, 3.3 us each with the system call",
  },
  interruptNs: {
    default: 1500,
    unit: "ns",
    description: "from a message at the host to its handler",
    source: "assumed (1 000 to 5 000)",
  },
  threadWakeNs: {
    default: 2000,
    unit: "ns",
    description: "from a wake-up to a kernel thread that runs",
    source: "assumed (1 000 to 10 000)",
  },
  scheduleNs: {
    default: 500,
    unit: "ns",
    description: "what the driver's scheduler does for a command, besides register accesses",
    source: "assumed (200 to 2 000)",
  },
  processWakeNs: {
    default: 5000,
    unit: "ns",
    description: "from the driver's wake-up to a Python program that runs again",
    source: "assumed (2 000 to 50 000)",
  },
  mapPageNs: {
    default: 100,
    unit: "ns",
    description: "mapping a page of 4 KiB for a transfer",
    source: "assumed (30 to 400)",
  },
  transferNs: {
    default: 1000,
    unit: "ns",
    description: "setting up a transfer, besides its pages",
    source: "assumed (500 to 3 000)",
  },
  sensorNs: {
    default: 50_000,
    unit: "ns",
    description: "reading a sensor: a file of the driver's",
    source: "assumed (20 000 to 200 000); XRT issue 6053 has 82 to 113 us for accesses with a file behind them",
  },
  programMs: {
    default: 200,
    unit: "ms",
    description: "loading a design",
    source: "assumed (Xilinx XD099: dozens to hundreds)",
  },
};
