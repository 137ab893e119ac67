/**
 * Which CSRs CV32E40P has, and which of them empty the pipeline.
 * @module
 */

/** What the decoder makes of an access to a CSR: an exception, a plain one, one after which the pipeline is emptied. */
export type CsrAccess = "illegal" | "plain" | "status";

const MSTATUS = 0x300, MTVEC = 0x305, MEPC = 0x341, MCAUSE = 0x342;
const STATUS: ReadonlySet<number> = new Set([MSTATUS, MTVEC, MEPC, MCAUSE]);

/** misa, mie, mscratch, mtval, mip, and the triggers, which only a debugger can change. */
const PLAIN: ReadonlySet<number> = new Set([
  0x301,
  0x304,
  0x340,
  0x343,
  0x344,
  0x7a0,
  0x7a1,
  0x7a2,
  0x7a3,
  0x7a4,
  0x7a8,
  0x7aa,
]);

/** Vendor, architecture, implementation, hart; loop registers, hart for user mode, Zfinx. */
const READ_ONLY: ReadonlySet<number> = new Set([
  0xf11,
  0xf12,
  0xf13,
  0xf14,
  0xcc0,
  0xcc1,
  0xcc2,
  0xcc4,
  0xcc5,
  0xcc6,
  0xcd0,
  0xcd2,
]);

const PRIVILEGE = 0xcd1;

/** What an access leads to (cv32e40p_decoder.sv, machine mode, no FPU, no PMP). */
export function csrAccess(csr: number, writes: boolean): CsrAccess {
  if (STATUS.has(csr) || isCounterRegister(csr)) return "status";
  if (PLAIN.has(csr)) return "plain";
  if (writes) return "illegal";
  if (READ_ONLY.has(csr)) return "plain";
  return csr === PRIVILEGE || isCounterCopy(csr) ? "status" : "illegal";
}

/** mcycle, minstret, mhpmcounter3 to 31, their upper halves, mcountinhibit and the event selectors. */
function isCounterRegister(csr: number): boolean {
  const index = csr & 0x1f;
  const block = csr & ~0x1f;
  return (block === 0xb00 || block === 0xb80) && index !== 1 || block === 0x320 && (index === 0 || index > 2);
}

/** The copies of the counters that can only be read. */
function isCounterCopy(csr: number): boolean {
  const block = csr & ~0x1f;
  return (block === 0xc00 || block === 0xc80) && (csr & 0x1f) !== 1;
}
