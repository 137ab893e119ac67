/**
 * An instruction word as CV32E40P's decoder sees it.
 * @module
 */
import type { Decoded } from "../isa/decoder.ts";
import { CSR_NONE, CSR_STATUS, ILLEGAL, MicroOperation, PLAIN } from "../ri5cy/micro_operation.ts";
import type { CoreVariant } from "../ri5cy/variants.ts";
import { csrAccess } from "./csr_access.ts";

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
    this.accessesCsr = (word & OPCODE) === SYSTEM && (word & FUNCTION) !== 0;
    this.action = this.isCsr ? ACTIONS[csrAccess(this.csr, this.csrAction !== CSR_NONE)] : this.control;
  }
}

/** Opcode, and the bits that tell CSR instructions from the other ones there. */
const SYSTEM = 0x73, OPCODE = 0x7f, FUNCTION = 0x7000;
const ACTIONS = { illegal: ILLEGAL, plain: PLAIN, status: CSR_STATUS };
