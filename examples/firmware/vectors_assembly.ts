/**
 * The loops of the GAP8 manual's vector chapter as assembly, byte by byte and with vectors.
 *
 * Where the manual prints what the compiler made (the vector forms of `add`, `minimum` and `matrix`), the instructions and
 * registers are those; the rest is written in the same manner. Each is a function of a0, a1, ...; see `vectors.ts`.
 * @module
 */
import type { ListingName, VectorVersion } from "./vectors.ts";

/** `a[i] += b[i] + c[i]`, 128 bytes. */
const add = {
  scalar: `
        lp.setupi x1, 128, 1f
        lbu a5, 0(a0)
        p.lbu a4, 1(a1!)
        p.lbu a6, 1(a2!)
        add a5, a4, a5
        add a5, a5, a6
1:      p.sb a5, 1(a0!)
        ret`,
  vectors: `
        lp.setupi x1, 32, 1f
        lw a5, 0(a0)
        p.lw a4, 4(a1!)
        p.lw a6, 4(a2!)
        pv.add.b a5, a4, a5
        pv.add.b a5, a5, a6
1:      p.sw a5, 4(a0!)
        ret`,
};

/** `c[i] = b[i] > a[i] ? a[i] : b[i]`, 128 unsigned bytes. */
const minimum = {
  scalar: `
        lp.setupi x1, 128, 1f
        p.lbu a3, 1(a1!)
        p.lbu a5, 1(a0!)
        p.minu a5, a5, a3
1:      p.sb a5, 1(a2!)
        ret`,
  vectors: `
        lp.setupi x1, 32, 1f
        p.lw a3, 4(a1!)
        p.lw a5, 4(a0!)
        pv.minu.b a5, a5, a3
1:      p.sw a5, 4(a2!)
        ret`,
};

/** The sum of `a[i] * b[i]`, 128 signed bytes. */
const products = {
  scalar: `
        li a5, 0
        lp.setupi x1, 128, 1f
        p.lb a3, 1(a0!)
        p.lb a4, 1(a1!)
1:      p.mac a5, a3, a4
        mv a0, a5
        ret`,
  vectors: `
        li a5, 0
        lp.setupi x1, 32, 1f
        p.lw a3, 4(a0!)
        p.lw a4, 4(a1!)
1:      pv.sdotsp.b a5, a3, a4
        mv a0, a5
        ret`,
};

/** `a[j][i] += b[j][i]`, 128 x 128 bytes. */
const matrix = {
  scalar: `
        addi a0, a0, 128
        lp.setupi x0, 128, 2f
        addi a3, a0, -128
        mv a2, a1
        lp.setupi x1, 128, 1f
        lbu a5, 0(a3)
        p.lbu a6, 1(a2!)
        add a5, a5, a6
1:      p.sb a5, 1(a3!)
        addi a1, a1, 128
2:      addi a0, a0, 128
        ret`,
  vectors: `
        addi a0, a0, 128
        lp.setupi x0, 128, 2f
        addi a3, a0, -128
        mv a2, a1
        lp.setupi x1, 32, 1f
        lw a5, 0(a3)
        p.lw a6, 4(a2!)
        pv.add.b a5, a5, a6
1:      p.sw a5, 4(a3!)
        addi a1, a1, 128
2:      addi a0, a0, 128
        ret`,
};

/** Where the byte a2 is in a0's text of a1 bytes, or of a1 vectors; -1 if it is not there. */
const search = {
  scalar: `
        blez a1, 2f
        li a3, 0
        lp.setup x1, a1, 1f
        p.lbu a5, 1(a0!)
        beq a5, a2, 3f
1:      addi a3, a3, 1
2:      li a0, -1
        ret
3:      mv a0, a3
        ret`,
  vectors: `
        blez a1, 2f
        li a3, 0
        lp.setup x1, a1, 1f
        p.lw a5, 4(a0!)
        pv.cmpeq.sc.b a5, a5, a2
        bnez a5, 3f
1:      addi a3, a3, 4
2:      li a0, -1
        ret
3:      p.ff1 a5, a5            # elements are 0 or -1: 8 bits each up to the first match
        srli a5, a5, 3
        add a0, a3, a5
        ret`,
};

/** All of them. */
export const vectorAssembly: Readonly<Record<ListingName, Readonly<Record<VectorVersion, string>>>> = {
  add,
  minimum,
  products,
  matrix,
  search,
};
