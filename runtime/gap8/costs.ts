/**
 * What the runtime's straight-line code costs between its register accesses, in instructions. One row per function;
 * accesses to registers and shared memory are not in here, they are issued.
 * @module
 */

/** A number of instructions and where it comes from. */
export interface CodeCost {
  /** ALU instructions, each one cycle. */
  readonly instructions: number;
  /** Where the number comes from. */
  readonly source: string;
}

const estimate = "estimate from the shape of the SDK 1.0 source (+-50 %); no compiled listing is at hand";

/** The table. */
export const codeCosts = {
  call: { instructions: 6, source: estimate + ": prologue and epilogue of a function that saves two registers" },
  eventAlloc: { instructions: 12, source: estimate + ": linking one event into the free list" },
  eventGet: { instructions: 14, source: estimate },
  eventPush: { instructions: 12, source: estimate },
  eventExecute: { instructions: 16, source: estimate + ": one turn of the loop, without the callback" },
  allocate: { instructions: 30, source: estimate + ": one block looked at" },
  free: { instructions: 30, source: estimate },
  clusterMount: { instructions: 60, source: estimate + ": without the register accesses" },
  clusterCall: { instructions: 40, source: estimate + ": without the stores of the call's description" },
  clusterEntry: { instructions: 20, source: estimate + ": core 0 around a call" },
  teamFork: { instructions: 8, source: estimate + ": the function is inlined in the SDK" },
  notifInit: { instructions: 8, source: estimate },
  clusterRequest: { instructions: 10, source: estimate + ": without the stores of the request's words" },
  dmaCommand: { instructions: 4, source: estimate + ": building the command word; the function is inlined in the SDK" },
  dmaCommand2d: { instructions: 6, source: estimate + ": the same, and the word of stride and length" },
  dmaWait: { instructions: 3, source: estimate + ": address and mask" },
  perfCall: { instructions: 6, source: estimate + ": prologue, loop set-up" },
  perfEvent: {
    instructions: 10,
    source: estimate + ": lowest set bit, jump to the register's reader, address of the sum",
  },
  printCall: { instructions: 30, source: estimate + ": set-up of a printf" },
  printCharacter: { instructions: 12, source: estimate + ": formatting and buffering one character" },
  boot: { instructions: 400, source: estimate + ": start-up code and constructors" },
} as const satisfies Record<string, CodeCost>;

/** Instructions of a row. */
export function costOf(row: keyof typeof codeCosts): number {
  return codeCosts[row].instructions;
}
