/**
 * The cluster DMA, as the SDK's runtime drives it (rt_dma.h).
 * @module
 */
import { hex } from "../../hw/mod.ts";
import { Gap8Address, Gap8Size } from "../../hw/platforms/gap8.ts";
import { DMA_MAX_BYTES, DmaCommandBit, spanOf } from "../../hw/pulp/dma_command.ts";
import { EventBit, EventUnitOffset } from "../../hw/pulp/event_unit.ts";
import { COMMAND_REGISTER, STATUS_REGISTER } from "../../hw/pulp/mchan_command_port.ts";
import type { FirmwareCore } from "../../hw/riscv/firmware_core.ts";
import { type Process, SimulationError } from "../../sim/mod.ts";
import { costOf } from "./costs.ts";

/** Which way a transfer goes (rt_dma_dir_e): from L2 to L1, or from L1 to L2. */
export type DmaDirection = "ext2loc" | "loc2ext";

/** A transfer, or several merged ones, to wait for (rt_dma_copy_t). */
export class DmaCopy {
  /** The hardware's identifier, or -1 while there is none. */
  id: number = -1;
}

/** A transfer, as it is asked for. */
export interface DmaTransfer {
  /** Address in L2. */
  readonly external: number;
  /** Address in L1. */
  readonly local: number;
  /** Bytes, 1 to 65535. */
  readonly sizeBytes: number;
  /** Which way. */
  readonly direction: DmaDirection;
  /** Whether it joins the transfer before it, with that one's identifier. */
  readonly merge: boolean;
  /** Of a 2D transfer: bytes of a row, and bytes from row to row in L2. */
  readonly rows?: { readonly sizeBytes: number; readonly stride: number };
}

const WINDOW = Gap8Address.clusterDmaDemux;
const EVENTS = Gap8Address.clusterEventUnitDemux;
const ALL_IDENTIFIERS = 0xffff;
/** What the runtime sets in each command: addresses count up, the end is an event, to all cores. Source: SDK 1.0. */
const ALWAYS = DmaCommandBit.incremental | DmaCommandBit.event | DmaCommandBit.broadcast;

/** Commands a transfer. Throws a SimulationError if it cannot be meant. */
export function* startTransfer(core: FirmwareCore, transfer: DmaTransfer, copy: DmaCopy): Process {
  const { external, local, sizeBytes, direction, merge, rows } = transfer;
  check(core, transfer);
  core.alu(costOf(rows === undefined ? "dmaCommand" : "dmaCommand2d"));
  if (!merge) copy.id = yield* core.read(WINDOW + COMMAND_REGISTER);
  const toLocal = direction === "ext2loc" ? DmaCommandBit.toLocal : 0;
  const twoDimensional = rows === undefined ? 0 : DmaCommandBit.rows;
  yield* core.store(WINDOW + COMMAND_REGISTER, sizeBytes | toLocal | twoDimensional | ALWAYS);
  yield* core.store(WINDOW + COMMAND_REGISTER, local);
  yield* core.store(WINDOW + COMMAND_REGISTER, external);
  if (rows !== undefined) yield* core.store(WINDOW + COMMAND_REGISTER, ((rows.stride << 16) | rows.sizeBytes) >>> 0);
}

/** Waits, asleep, for the end of a transfer and of those merged with it, and frees its identifier. */
export function* waitForTransfer(core: FirmwareCore, copy: DmaCopy): Process {
  if (copy.id < 0) {
    throw new SimulationError(
      `Cannot wait for a DMA transfer on ${core.where()}: this DmaCopy has none; it was waited for already, or only used ` +
        "with merge, which leaves the identifier with the first transfer's DmaCopy",
    );
  }
  yield* sleepWhile(core, 1 << copy.id);
  yield* core.store(WINDOW + STATUS_REGISTER, 1 << copy.id);
  copy.id = -1;
}

/** Waits, asleep, for the end of all transfers, and frees all identifiers. */
export function* flushTransfers(core: FirmwareCore): Process {
  yield* sleepWhile(core, ALL_IDENTIFIERS);
  yield* core.store(WINDOW + STATUS_REGISTER, ALL_IDENTIFIERS);
}

/** The error for a transfer that the fabric controller asks for. */
export function refuseOnFc(verb: string, where: string): SimulationError {
  return new SimulationError(
    `Cannot ${verb} on ${where}: the cluster DMA takes commands from the cluster's cores only; use it in a function that ` +
      "clusterCall runs",
  );
}

function* sleepWhile(core: FirmwareCore, identifiers: number): Process {
  core.alu(costOf("dmaWait"));
  for (;;) {
    const status = yield* core.read(WINDOW + STATUS_REGISTER);
    core.alu(1);
    if (!core.branchIf((status & identifiers) !== 0)) return;
    yield* core.store(EVENTS + EventUnitOffset.maskOr, 1 << EventBit.dma);
    yield* core.elw(EVENTS + EventUnitOffset.waitClear);
    yield* core.store(EVENTS + EventUnitOffset.maskAnd, 1 << EventBit.dma);
  }
}

function check(core: FirmwareCore, { external, local, sizeBytes, direction, rows }: DmaTransfer): void {
  const refuse = (why: string): never => {
    const [from, to] = direction === "loc2ext" ? [local, external] : [external, local];
    throw new SimulationError(
      `Cannot copy ${sizeBytes} bytes from ${hex(from)} to ${hex(to)} by DMA on ${core.where()}: ${why}`,
    );
  };
  if (!Number.isInteger(sizeBytes) || sizeBytes < 1 || sizeBytes > DMA_MAX_BYTES) {
    refuse(`the length field holds 1 to ${DMA_MAX_BYTES}; skip empty transfers, and cut those of 65536 bytes or more`);
  }
  if (direction !== "ext2loc" && direction !== "loc2ext") {
    refuse(`its direction is ${direction}, neither ext2loc nor loc2ext`);
  }
  if (!inside(local, sizeBytes, Gap8Address.clusterL1, Gap8Size.clusterL1)) {
    const why = inside(local, 1, Gap8Address.l2, Gap8Size.l2)
      ? "both sides are in L2; the cluster DMA copies between L2 and cluster L1 only"
      : `${hex(local)} with ${sizeBytes} bytes is not inside cluster L1 (${range("clusterL1")})`;
    refuse(why);
  }
  if (rows !== undefined) {
    const fits = (value: number, least: number) => Number.isInteger(value) && value >= least && value <= 0xffff;
    if (!fits(rows.sizeBytes, 1) || !fits(rows.stride, 0)) {
      refuse(`rows of ${rows.sizeBytes} bytes every ${rows.stride} bytes do not fit its fields of 16 bits`);
    }
  }
  const span = rows === undefined ? sizeBytes : spanOf(sizeBytes, rows.sizeBytes, rows.stride);
  if (!inside(external, span, Gap8Address.l2, Gap8Size.l2)) {
    const why = inside(external, 1, Gap8Address.clusterL1, Gap8Size.clusterL1)
      ? "both sides are in cluster L1; the cluster DMA copies between L2 and cluster L1 only"
      : `${hex(external)} with ${span} bytes is not inside L2 (${range("l2")})`;
    refuse(why);
  }
}

function inside(address: number, bytes: number, base: number, size: number): boolean {
  return Number.isInteger(address) && address >= base && address + bytes <= base + size;
}

function range(name: "l2" | "clusterL1"): string {
  return `${hex(Gap8Address[name])} to ${hex(Gap8Address[name] + Gap8Size[name] - 1)}`;
}
