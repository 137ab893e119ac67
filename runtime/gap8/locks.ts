/**
 * Locks between cores of the cluster: the event unit's mutex, and words of L1 that are read and locked in one access.
 * @module
 */
import { hex } from "../../hw/mod.ts";
import { Gap8Address, Gap8Size } from "../../hw/platforms/gap8.ts";
import { EventUnitOffset } from "../../hw/pulp/event_unit.ts";
import type { FirmwareCore } from "../../hw/riscv/firmware_core.ts";
import { type Process, SimulationError } from "../../sim/mod.ts";

/** Bytes of a lock in L1. */
export type LockBytes = 1 | 2 | 4;

const MUTEX = Gap8Address.clusterEventUnitDemux + EventUnitOffset.mutex;
/** From an address of L1 to the one at which a read locks it. */
const TEST_AND_SET = 1 << 20;

/** Waits, asleep, until this core has the mutex; gives the word that its last owner left. */
export function* lockMutex(core: FirmwareCore): Process<number> {
  return yield* core.elw(MUTEX);
}

/** Hands the mutex on, with a word for the next owner. */
export function* unlockMutex(core: FirmwareCore, message: number): Process {
  yield* core.store(MUTEX, message);
}

/** Reads a lock and leaves all ones in it, in one access; gives what it held, signed: -1 if somebody has it. */
export function* tryLock(core: FirmwareCore, address: number, sizeBytes: LockBytes): Process<number> {
  check(core, address, sizeBytes);
  const value = yield* core.read(address + TEST_AND_SET, sizeBytes);
  const unused = 32 - 8 * sizeBytes;
  return value << unused >> unused;
}

/** Writes a lock's value back. */
export function* releaseLock(core: FirmwareCore, address: number, value: number, sizeBytes: LockBytes): Process {
  check(core, address, sizeBytes);
  yield* core.store(address, value, sizeBytes);
}

function check(core: FirmwareCore, address: number, sizeBytes: LockBytes): void {
  const offset = address - Gap8Address.clusterL1;
  if (offset >= 0 && offset + sizeBytes <= Gap8Size.clusterL1 && (offset & 3) + sizeBytes <= 4) return;
  throw new SimulationError(
    `Cannot use ${sizeBytes} bytes at ${
      hex(address)
    } as a lock on ${core.where()}: a lock lies in one word of cluster L1 ` +
      `(${hex(Gap8Address.clusterL1)}, ${Gap8Size.clusterL1} bytes), whose banks test and set`,
  );
}
