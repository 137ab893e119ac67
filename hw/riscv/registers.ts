/**
 * Register names.
 * @module
 */

/** A register of the core, x0 to x31; see {@linkcode reg}. */
export type Reg = number & { readonly reg: unique symbol };

const ABI = "zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6";

/** The registers by their ABI names: `reg.a0`. */
export const reg: Readonly<Record<string, Reg>> = Object.freeze(
  Object.fromEntries(ABI.split(" ").map((name, index) => [name, index as Reg])),
);
