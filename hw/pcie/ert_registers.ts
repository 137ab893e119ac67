/**
 * Control and status registers of the embedded scheduler (XRT 2019.2, `ert.h`).
 * @module
 */
import { RegisterBlock, type RegisterOwner } from "../bus/register_block.ts";

/** Names of the registers. */
export type SchedulerRegister =
  | "STATUS_0"
  | "STATUS_1"
  | "STATUS_2"
  | "STATUS_3"
  | "CU_DMA_ENABLE"
  | "CQ_SLOT_SIZE"
  | "CU_OFFSET"
  | "CQ_NUM_SLOTS"
  | "CU_BASE"
  | "CQ_BASE"
  | "CU_ISR_ENABLE"
  | "CQ_STATUS_ENABLE"
  | "NUM_CU"
  | "HOST_INT_ENABLE";

/** The registers of a scheduler. `status` has one bit for each slot that is done; a read clears a word of it. */
export function schedulerRegisters(owner: RegisterOwner, status: Uint32Array): RegisterBlock<SchedulerRegister> {
  const clearOnRead = (word: number) => ({
    read: () => {
      const value = status[word];
      status[word] = 0;
      return value;
    },
  });
  return new RegisterBlock<SchedulerRegister>(owner, "registers", {
    STATUS_0: { offset: 0x0, access: "ro", description: "slots 0 to 31 that are done; a read clears it" },
    STATUS_1: { offset: 0x4, access: "ro", description: "slots 32 to 63 that are done; a read clears it" },
    STATUS_2: { offset: 0x8, access: "ro", description: "slots 64 to 95 that are done; a read clears it" },
    STATUS_3: { offset: 0xc, access: "ro", description: "slots 96 to 127 that are done; a read clears it" },
    CU_DMA_ENABLE: { offset: 0x18, description: "1: hardware copies the arguments to the units" },
    CQ_SLOT_SIZE: { offset: 0x2c, reset: 0x1000, description: "bytes of a slot" },
    CU_OFFSET: { offset: 0x30, reset: 16, description: "shift of unit addresses" },
    CQ_NUM_SLOTS: { offset: 0x34, reset: 16, description: "number of slots" },
    CU_BASE: { offset: 0x38, description: "address of the first unit" },
    CQ_BASE: { offset: 0x3c, description: "address of the queue" },
    CU_ISR_ENABLE: { offset: 0x40, description: "1: units interrupt the scheduler; polling is all there is here" },
    CQ_STATUS_ENABLE: { offset: 0x54, description: "1: the host announces commands; polling is all there is here" },
    NUM_CU: { offset: 0x68, description: "number of units" },
    HOST_INT_ENABLE: { offset: 0x100, description: "1: completions interrupt the host" },
  }, {
    STATUS_0: clearOnRead(0),
    STATUS_1: clearOnRead(1),
    STATUS_2: clearOnRead(2),
    STATUS_3: clearOnRead(3),
  });
}
