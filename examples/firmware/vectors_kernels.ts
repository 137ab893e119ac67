/**
 * The same loops as generator firmware: vectors are typed registers, each operation on them is one instruction.
 * @module
 */
import { type FirmwareCore, reg } from "../../runtime/gap8/mod.ts";
import { scalarIn, v4s, v4u, VectorUnit } from "../../hw/mod.ts";
import type { Process } from "../../sim/mod.ts";
import type { ListingName, VectorVersion } from "./vectors.ts";

/** A function with its arguments in a0, a1, ... */
export type VectorKernel = (core: FirmwareCore) => Process;

const { ra, zero, a0, a1, a2, a3, a4, a5, a6 } = reg;

const add = {
  *scalar(core: FirmwareCore) {
    yield* core.hwloop(128, function* () {
      yield* core.lbu(a5, a0, 0);
      yield* core.lbuPost(a4, a1, 1);
      yield* core.lbuPost(a6, a2, 1);
      core.add(a5, a4, a5);
      core.add(a5, a5, a6);
      yield* core.sbPost(a5, a0, 1);
    });
    core.jumpTo(ra);
  },
  *vectors(core: FirmwareCore) {
    const v = new VectorUnit(core);
    const sum = v4s.in(a5), b = v4s.in(a4), c = v4s.in(a6);
    yield* core.hwloop(32, function* () {
      yield* v.load(sum, a0);
      yield* v.loadPost(b, a1);
      yield* v.loadPost(c, a2);
      v.add(sum, b, sum);
      v.add(sum, sum, c);
      yield* v.storePost(sum, a0);
    });
    core.jumpTo(ra);
  },
};

const minimum = {
  *scalar(core: FirmwareCore) {
    yield* core.hwloop(128, function* () {
      yield* core.lbuPost(a3, a1, 1);
      yield* core.lbuPost(a5, a0, 1);
      core.minu(a5, a5, a3);
      yield* core.sbPost(a5, a2, 1);
    });
    core.jumpTo(ra);
  },
  *vectors(core: FirmwareCore) {
    const v = new VectorUnit(core);
    const a = v4u.in(a5), b = v4u.in(a3);
    yield* core.hwloop(32, function* () {
      yield* v.loadPost(b, a1);
      yield* v.loadPost(a, a0);
      v.min(a, a, b);
      yield* v.storePost(a, a2);
    });
    core.jumpTo(ra);
  },
};

const products = {
  *scalar(core: FirmwareCore) {
    core.li(a5, 0);
    yield* core.hwloop(128, function* () {
      yield* core.lbPost(a3, a0, 1);
      yield* core.lbPost(a4, a1, 1);
      core.mac(a5, a3, a4);
    });
    core.mv(a0, a5);
    core.jumpTo(ra);
  },
  *vectors(core: FirmwareCore) {
    const v = new VectorUnit(core);
    const a = v4s.in(a3), b = v4s.in(a4);
    core.li(a5, 0);
    yield* core.hwloop(32, function* () {
      yield* v.loadPost(a, a0);
      yield* v.loadPost(b, a1);
      v.sumdotp(a5, a, b);
    });
    core.mv(a0, a5);
    core.jumpTo(ra);
  },
};

/** The matrix addition around one row of it: a row of the sum at a3, of the other matrix at a2. */
function matrixOf(row: (core: FirmwareCore) => Process): VectorKernel {
  return function* matrix(core) {
    core.addi(a0, a0, 128);
    yield* core.hwloop(128, function* () {
      core.addi(a3, a0, -128);
      core.mv(a2, a1);
      yield* row(core);
      core.addi(a1, a1, 128);
      core.addi(a0, a0, 128);
    });
    core.jumpTo(ra);
  };
}

const matrix = {
  scalar: matrixOf((core) =>
    core.hwloop(128, function* () {
      yield* core.lbu(a5, a3, 0);
      yield* core.lbuPost(a6, a2, 1);
      core.add(a5, a5, a6);
      yield* core.sbPost(a5, a3, 1);
    })
  ),
  vectors: matrixOf((core) => {
    const v = new VectorUnit(core);
    const sum = v4s.in(a5), other = v4s.in(a6);
    return core.hwloop(32, function* () {
      yield* v.load(sum, a3);
      yield* v.loadPost(other, a2);
      v.add(sum, sum, other);
      yield* v.storePost(sum, a3);
    });
  }),
};

const search = {
  *scalar(core: FirmwareCore) {
    if (!core.bge(zero, a1)) {
      core.li(a3, 0);
      core.loopBegin(a1);
      for (let left = core.registers[a1]; left > 0; left--) {
        yield* core.lbuPost(a5, a0, 1);
        if (core.beq(a5, a2)) {
          core.mv(a0, a3);
          core.loopEnd();
          return core.jumpTo(ra);
        }
        core.addi(a3, a3, 1);
      }
      core.loopEnd();
    }
    core.li(a0, -1);
    core.jumpTo(ra);
  },
  *vectors(core: FirmwareCore) {
    const v = new VectorUnit(core);
    const text = v4u.in(a5), equal = v4s.in(a5);
    if (!core.bge(zero, a1)) {
      core.li(a3, 0);
      core.loopBegin(a1);
      for (let left = core.registers[a1]; left > 0; left--) {
        yield* v.loadPost(text, a0);
        v.eq(equal, text, scalarIn(a2));
        if (core.bne(a5, zero)) {
          core.loopEnd();
          core.ff1(a5, a5);
          core.srli(a5, a5, 3);
          core.add(a0, a3, a5);
          return core.jumpTo(ra);
        }
        core.addi(a3, a3, 4);
      }
      core.loopEnd();
    }
    core.li(a0, -1);
    core.jumpTo(ra);
  },
};

/** All of them. */
export const vectorKernels: Readonly<Record<ListingName, Readonly<Record<VectorVersion, VectorKernel>>>> = {
  add,
  minimum,
  products,
  matrix,
  search,
};
