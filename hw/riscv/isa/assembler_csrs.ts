/**
 * Names of control and status registers, for assembler and disassembler.
 *
 * Sources: the RISC-V Instruction Set Manual, Volume II; the RTL of RI5CY be1fdf50 and
 * 12e1cda7 and of CV32E40P 360d2728.
 * @module
 */
import type { SetName } from "./instruction.ts";

const COMMON: Readonly<Record<string, number>> = {
  mstatus: 0x300,
  misa: 0x301,
  mtvec: 0x305,
  mepc: 0x341,
  mcause: 0x342,
  mhartid: 0xf14,
};

/** RI5CY: both versions have these; the user-mode ones are there with PULP_SECURE. */
const RI5CY: Readonly<Record<string, number>> = {
  ...COMMON,
  ustatus: 0x000,
  utvec: 0x005,
  uhartid: 0x014,
  uepc: 0x041,
  ucause: 0x042,
  mscratch: 0x340, // since 2019
  privlv: 0xc10,
  ...numbered("pccr", "", 0x780, 0, 30),
  pccrall: 0x79f,
};

const CV32E40P: Readonly<Record<string, number>> = {
  ...COMMON,
  fflags: 0x001,
  frm: 0x002,
  fcsr: 0x003,
  mie: 0x304,
  mcounteren: 0x306,
  mcountinhibit: 0x320,
  ...numbered("mhpmevent", "", 0x320, 3, 31),
  mscratch: 0x340,
  mtval: 0x343,
  mip: 0x344,
  tselect: 0x7a0,
  tdata1: 0x7a1,
  tdata2: 0x7a2,
  tdata3: 0x7a3,
  tinfo: 0x7a4,
  mcontext: 0x7a8,
  scontext: 0x7aa,
  dcsr: 0x7b0,
  dpc: 0x7b1,
  dscratch0: 0x7b2,
  dscratch1: 0x7b3,
  mcycle: 0xb00,
  minstret: 0xb02,
  ...numbered("mhpmcounter", "", 0xb00, 3, 31),
  mcycleh: 0xb80,
  minstreth: 0xb82,
  ...numbered("mhpmcounter", "h", 0xb80, 3, 31),
  cycle: 0xc00,
  instret: 0xc02,
  ...numbered("hpmcounter", "", 0xc00, 3, 31),
  cycleh: 0xc80,
  instreth: 0xc82,
  ...numbered("hpmcounter", "h", 0xc80, 3, 31),
  lpstart0: 0xcc0,
  lpend0: 0xcc1,
  lpcount0: 0xcc2,
  lpstart1: 0xcc4,
  lpend1: 0xcc5,
  lpcount1: 0xcc6,
  uhartid: 0xcd0,
  privlv: 0xcd1,
  zfinx: 0xcd2,
  mvendorid: 0xf11,
  marchid: 0xf12,
  mimpid: 0xf13,
};

const NAMES: Readonly<Record<SetName, ReadonlyMap<string, number>>> = {
  ri5cy: new Map(Object.entries(RI5CY)),
  cv32e40p: new Map(Object.entries(CV32E40P)),
};

const NUMBERS: Readonly<Record<SetName, ReadonlyMap<number, string>>> = {
  ri5cy: new Map(Object.entries(RI5CY).map(([name, number]) => [number, name])),
  cv32e40p: new Map(Object.entries(CV32E40P).map(([name, number]) => [number, name])),
};

/** The CSRs of a set by name. RI5CY's `lpstart0` and `pcer` are not among them: see {@linkcode movedCsr}. */
export function csrNumbers(set: SetName): ReadonlyMap<string, number> {
  return NAMES[set];
}

/** The name of a CSR in a set, if it has one. */
export function csrName(set: SetName, number: number): string | undefined {
  return NUMBERS[set].get(number);
}

/** RI5CY's CSRs that moved between 2018 and 2019, so that a name alone does not tell which number is meant. */
const MOVED: Readonly<Record<string, readonly [in2018: number, in2019: number]>> = {
  lpstart0: [0x7b0, 0x7c0],
  lpend0: [0x7b1, 0x7c1],
  lpcount0: [0x7b2, 0x7c2],
  lpstart1: [0x7b4, 0x7c4],
  lpend1: [0x7b5, 0x7c5],
  lpcount1: [0x7b6, 0x7c6],
  pcer: [0x7a0, 0x7e0],
  pcmr: [0x7a1, 0x7e1],
};

/** What to tell somebody who names a CSR whose number depends on the version of RI5CY. */
export function movedCsr(set: SetName, name: string): string | undefined {
  const moved = set === "ri5cy" ? MOVED[name] : undefined;
  if (!moved) return undefined;
  const [in2018, in2019] = moved.map((number) => `0x${number.toString(16)}`);
  return `CSR ${name} is ${in2018} in the RI5CY of 2018 and ${in2019} in that of 2019: write the number`;
}

function numbered(name: string, ending: string, base: number, from: number, to: number): Record<string, number> {
  const entries: [string, number][] = [];
  for (let n = from; n <= to; n++) entries.push([`${name}${n}${ending}`, base + n]);
  return Object.fromEntries(entries);
}
