/**
 * An instruction word as CV32E40P's decoder sees it.
 * @module
 */
import type { Decoded } from "../isa/decoder.ts";
import { CSR_NONE, CSR_STATUS, ILLEGAL, MicroOperation, PLAIN } from "../ri5cy/micro_operation.ts";
import { type Operations, operationsBy } from "../ri5cy/operations.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import { csrAccess } from "./csr_access.ts";
import { expandIllegal, illegalWires, READS_RD, READS_RS1, READS_RS2, WRITES_RD, WRITES_RS1 } from "./illegal_word.ts";

/** A decoded instruction word: as RI5CY's, but with CV32E40P's own list of CSRs. */
export class Cv32e40pOperation extends MicroOperation {
  /** What the controller does with it: {@linkcode MicroOperation.control}, with this core's CSRs. */
  readonly action: number;
  /** Whether the decoder takes it for a CSR instruction, be it a legal one or not. */
  readonly accessesCsr: boolean;

  /**
   * @param word the instruction, 16 or 32 bits, unsigned
   * @param decoded what it decodes to, if anything
   * @param variant whose decoder it is
   */
  constructor(word: number, decoded: Decoded | undefined, variant: CoreVariant) {
    super(word, decoded, variant);
    if (decoded === undefined) Object.assign(this, seemingRegisters(this.size === 4 ? word : expandIllegal(word)));
    this.accessesCsr = (word & OPCODE) === SYSTEM && (word & FUNCTION) !== 0;
    // There is no event load without a cluster.
    this.action = this.isEventLoad
      ? ILLEGAL
      : this.isCsr
      ? ACTIONS[csrAccess(this.csr, this.csrAction !== CSR_NONE)]
      : this.control;
  }
}

/** The operations of a CV32E40P. */
export const operationsOf: (variant: CoreVariant) => Operations<Cv32e40pOperation> = operationsBy(Cv32e40pOperation);

/** Opcode, and the bits that tell CSR instructions from the other ones there. */
const SYSTEM = 0x73, OPCODE = 0x7f, FUNCTION = 0x7000;
const ACTIONS = { illegal: ILLEGAL, plain: PLAIN, status: CSR_STATUS };

/** The registers that an illegal word waits for. */
function seemingRegisters(
  word: number,
): Pick<MicroOperation, "sourceA" | "sourceB" | "sourceC" | "writesAlu" | "aluTarget"> {
  const wires = illegalWires(word);
  const rd = word >>> 7 & 31;
  const rs1 = word >>> 15 & 31;
  return {
    sourceA: (wires & READS_RS1) !== 0 ? rs1 : 0,
    sourceB: (wires & READS_RS2) !== 0 ? word >>> 20 & 31 : 0,
    sourceC: (wires & READS_RD) !== 0 ? rd : 0,
    writesAlu: (wires & (WRITES_RD | WRITES_RS1)) !== 0,
    aluTarget: (wires & WRITES_RS1) !== 0 ? rs1 : rd,
  };
}
