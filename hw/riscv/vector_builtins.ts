/**
 * The GAP8 compiler's built-ins on vectors. Names are those of Gap8.h without `gap8_`; what each computes is its
 * instruction's operation.
 * @module
 */
import { defineBuiltin } from "./builtin.ts";
import { Vector, type VectorType } from "./vector.ts";

type Any = Vector<VectorType>;

function pair<T extends VectorType>(
  name: string,
  instruction: string,
  type: T,
): (x: Vector<T>, y: Vector<T>) => Vector<T> {
  return defineBuiltin(
    name,
    instruction,
    (x: Vector<T>, y: Vector<T>) => ({ rs1: x.word, rs2: y.word }),
    (word) => new Vector(type, word),
  );
}

function single<T extends VectorType>(name: string, instruction: string, type: T): (x: Any) => Vector<T> {
  return defineBuiltin(name, instruction, (x: Any) => ({ rs1: x.word }), (word) => new Vector(type, word));
}

function dot(name: string, instruction: string, unsigned: boolean): (x: Any, y: Any, z?: number) => number {
  const operands = (x: Any, y: Any, z = 0) => ({ rd: z, rs1: x.word, rs2: y.word });
  return defineBuiltin(name, instruction, operands, (word) => unsigned ? word >>> 0 : word);
}

function dotScalar(name: string, instruction: string, unsigned: boolean): (x: Any, y: number, z?: number) => number {
  const operands = (x: Any, y: number, z = 0) => ({ rd: z, rs1: x.word, rs2: y });
  return defineBuiltin(name, instruction, operands, (word) => unsigned ? word >>> 0 : word);
}

/** `gap8_max4`: the larger elements. `pv.max.b`. */
export const max4: (x: Vector<"v4s">, y: Vector<"v4s">) => Vector<"v4s"> = pair("max4", "pv.max.b", "v4s");

/** `gap8_maxu4`: the larger elements, unsigned. `pv.maxu.b`. */
export const maxu4: (x: Vector<"v4u">, y: Vector<"v4u">) => Vector<"v4u"> = pair("maxu4", "pv.maxu.b", "v4u");

/** `gap8_min4`: the smaller elements. `pv.min.b`. */
export const min4: (x: Vector<"v4s">, y: Vector<"v4s">) => Vector<"v4s"> = pair("min4", "pv.min.b", "v4s");

/** `gap8_minu4`: the smaller elements, unsigned. `pv.minu.b`. */
export const minu4: (x: Vector<"v4u">, y: Vector<"v4u">) => Vector<"v4u"> = pair("minu4", "pv.minu.b", "v4u");

/** `gap8_abs4`: absolute values; unsigned, so that the least number has one. `pv.abs.b`. */
export const abs4: (x: Vector<"v4s">) => Vector<"v4u"> = single("abs4", "pv.abs.b", "v4u");

/** `gap8_add4`: sums. `pv.add.b`. */
export const add4: (x: Vector<"v4s">, y: Vector<"v4s">) => Vector<"v4s"> = pair("add4", "pv.add.b", "v4s");

/** `gap8_sub4`: differences. `pv.sub.b`. */
export const sub4: (x: Vector<"v4s">, y: Vector<"v4s">) => Vector<"v4s"> = pair("sub4", "pv.sub.b", "v4s");

/** `gap8_avg4`: halves of the sums, cut to an element before they are halved. `pv.avg.b`. */
export const avg4: (x: Vector<"v4s">, y: Vector<"v4s">) => Vector<"v4s"> = pair("avg4", "pv.avg.b", "v4s");

/** `gap8_and4`: bitwise and. `pv.and.b`. */
export const and4: (x: Vector<"v4s">, y: Vector<"v4s">) => Vector<"v4s"> = pair("and4", "pv.and.b", "v4s");

/** `gap8_or4`: bitwise or. `pv.or.b`. */
export const or4: (x: Vector<"v4s">, y: Vector<"v4s">) => Vector<"v4s"> = pair("or4", "pv.or.b", "v4s");

/** `gap8_exor4`: bitwise exclusive or. `pv.xor.b`. */
export const exor4: (x: Vector<"v4s">, y: Vector<"v4s">) => Vector<"v4s"> = pair("exor4", "pv.xor.b", "v4s");

/** `gap8_avgu4`: halves of the sums, unsigned, cut to an element before they are halved. `pv.avgu.b`. */
export const avgu4: (x: Vector<"v4u">, y: Vector<"v4u">) => Vector<"v4u"> = pair("avgu4", "pv.avgu.b", "v4u");

/** `gap8_srl4`: shifts right, zeros come in; the low bits of y count. `pv.srl.b`. */
export const srl4: (x: Vector<"v4u">, y: Vector<"v4u">) => Vector<"v4u"> = pair("srl4", "pv.srl.b", "v4u");

/** `gap8_sra4`: shifts right, the sign comes in; the low bits of y count. `pv.sra.b`. */
export const sra4: (x: Vector<"v4s">, y: Vector<"v4s">) => Vector<"v4s"> = pair("sra4", "pv.sra.b", "v4s");

/** `gap8_sll4`: shifts left; the low bits of y count. `pv.sll.b`. */
export const sll4: (x: Vector<"v4s">, y: Vector<"v4s">) => Vector<"v4s"> = pair("sll4", "pv.sll.b", "v4s");

/** `gap8_dotp4`: sum of products, signed. `pv.dotsp.b`. */
export const dotp4: (x: Vector<"v4s">, y: Vector<"v4s">) => number = dot("dotp4", "pv.dotsp.b", false);

/** `gap8_dotpsc4`: sum of products with the low element of y, signed. `pv.dotsp.sc.b`. */
export const dotpsc4: (x: Vector<"v4s">, y: number) => number = dotScalar("dotpsc4", "pv.dotsp.sc.b", false);

/** `gap8_sumdotp4`: z and the sum of products, signed. `pv.sdotsp.b`. */
export const sumdotp4: (x: Vector<"v4s">, y: Vector<"v4s">, z: number) => number = dot(
  "sumdotp4",
  "pv.sdotsp.b",
  false,
);

/** `gap8_sumdotpsc4`: z and the sum of products with the low element of y, signed. `pv.sdotsp.sc.b`. */
export const sumdotpsc4: (x: Vector<"v4s">, y: number, z: number) => number = dotScalar(
  "sumdotpsc4",
  "pv.sdotsp.sc.b",
  false,
);

/** `gap8_dotpu4`: sum of products, unsigned. `pv.dotup.b`. */
export const dotpu4: (x: Vector<"v4u">, y: Vector<"v4u">) => number = dot("dotpu4", "pv.dotup.b", true);

/** `gap8_dotpusc4`: sum of products with the low element of y, unsigned. `pv.dotup.sc.b`. */
export const dotpusc4: (x: Vector<"v4u">, y: number) => number = dotScalar("dotpusc4", "pv.dotup.sc.b", true);

/** `gap8_sumdotpu4`: z and the sum of products, unsigned. `pv.sdotup.b`. */
export const sumdotpu4: (x: Vector<"v4u">, y: Vector<"v4u">, z: number) => number = dot(
  "sumdotpu4",
  "pv.sdotup.b",
  true,
);

/** `gap8_sumdotpusc4`: z and the sum of products with the low element of y, unsigned. `pv.sdotup.sc.b`. */
export const sumdotpusc4: (x: Vector<"v4u">, y: number, z: number) => number = dotScalar(
  "sumdotpusc4",
  "pv.sdotup.sc.b",
  true,
);

/** `gap8_dotpus4`: sum of products, unsigned by signed. `pv.dotusp.b`. */
export const dotpus4: (x: Vector<"v4u">, y: Vector<"v4s">) => number = dot("dotpus4", "pv.dotusp.b", false);

/** `gap8_dotpussc4`: sum of products with the low element of y, unsigned by signed. `pv.dotusp.sc.b`. */
export const dotpussc4: (x: Vector<"v4u">, y: number) => number = dotScalar("dotpussc4", "pv.dotusp.sc.b", false);

/** `gap8_sumdotpus4`: z and the sum of products, unsigned by signed. `pv.sdotusp.b`. */
export const sumdotpus4: (x: Vector<"v4u">, y: Vector<"v4s">, z: number) => number = dot(
  "sumdotpus4",
  "pv.sdotusp.b",
  false,
);

/** `gap8_sumdotpussc4`: z and the sum of products with the low element of y, unsigned by signed. `pv.sdotusp.sc.b`. */
export const sumdotpussc4: (x: Vector<"v4u">, y: number, z: number) => number = dotScalar(
  "sumdotpussc4",
  "pv.sdotusp.sc.b",
  false,
);

/** `gap8_max2`: the larger elements. `pv.max.h`. */
export const max2: (x: Vector<"v2s">, y: Vector<"v2s">) => Vector<"v2s"> = pair("max2", "pv.max.h", "v2s");

/** `gap8_maxu2`: the larger elements, unsigned. `pv.maxu.h`. */
export const maxu2: (x: Vector<"v2u">, y: Vector<"v2u">) => Vector<"v2u"> = pair("maxu2", "pv.maxu.h", "v2u");

/** `gap8_min2`: the smaller elements. `pv.min.h`. */
export const min2: (x: Vector<"v2s">, y: Vector<"v2s">) => Vector<"v2s"> = pair("min2", "pv.min.h", "v2s");

/** `gap8_minu2`: the smaller elements, unsigned. `pv.minu.h`. */
export const minu2: (x: Vector<"v2u">, y: Vector<"v2u">) => Vector<"v2u"> = pair("minu2", "pv.minu.h", "v2u");

/** `gap8_abs2`: absolute values; unsigned, so that the least number has one. `pv.abs.h`. */
export const abs2: (x: Vector<"v2s">) => Vector<"v2u"> = single("abs2", "pv.abs.h", "v2u");

/** `gap8_add2`: sums. `pv.add.h`. */
export const add2: (x: Vector<"v2s">, y: Vector<"v2s">) => Vector<"v2s"> = pair("add2", "pv.add.h", "v2s");

/** `gap8_sub2`: differences. `pv.sub.h`. */
export const sub2: (x: Vector<"v2s">, y: Vector<"v2s">) => Vector<"v2s"> = pair("sub2", "pv.sub.h", "v2s");

/** `gap8_avg2`: halves of the sums, cut to an element before they are halved. `pv.avg.h`. */
export const avg2: (x: Vector<"v2s">, y: Vector<"v2s">) => Vector<"v2s"> = pair("avg2", "pv.avg.h", "v2s");

/** `gap8_and2`: bitwise and. `pv.and.h`. */
export const and2: (x: Vector<"v2s">, y: Vector<"v2s">) => Vector<"v2s"> = pair("and2", "pv.and.h", "v2s");

/** `gap8_or2`: bitwise or. `pv.or.h`. */
export const or2: (x: Vector<"v2s">, y: Vector<"v2s">) => Vector<"v2s"> = pair("or2", "pv.or.h", "v2s");

/** `gap8_exor2`: bitwise exclusive or. `pv.xor.h`. */
export const exor2: (x: Vector<"v2s">, y: Vector<"v2s">) => Vector<"v2s"> = pair("exor2", "pv.xor.h", "v2s");

/** `gap8_avgu2`: halves of the sums, unsigned, cut to an element before they are halved. `pv.avgu.h`. */
export const avgu2: (x: Vector<"v2u">, y: Vector<"v2u">) => Vector<"v2u"> = pair("avgu2", "pv.avgu.h", "v2u");

/** `gap8_srl2`: shifts right, zeros come in; the low bits of y count. `pv.srl.h`. */
export const srl2: (x: Vector<"v2u">, y: Vector<"v2u">) => Vector<"v2u"> = pair("srl2", "pv.srl.h", "v2u");

/** `gap8_sra2`: shifts right, the sign comes in; the low bits of y count. `pv.sra.h`. */
export const sra2: (x: Vector<"v2s">, y: Vector<"v2s">) => Vector<"v2s"> = pair("sra2", "pv.sra.h", "v2s");

/** `gap8_sll2`: shifts left; the low bits of y count. `pv.sll.h`. */
export const sll2: (x: Vector<"v2s">, y: Vector<"v2s">) => Vector<"v2s"> = pair("sll2", "pv.sll.h", "v2s");

/** `gap8_dotp2`: sum of products, signed. `pv.dotsp.h`. */
export const dotp2: (x: Vector<"v2s">, y: Vector<"v2s">) => number = dot("dotp2", "pv.dotsp.h", false);

/** `gap8_dotpsc2`: sum of products with the low element of y, signed. `pv.dotsp.sc.h`. */
export const dotpsc2: (x: Vector<"v2s">, y: number) => number = dotScalar("dotpsc2", "pv.dotsp.sc.h", false);

/** `gap8_sumdotp2`: z and the sum of products, signed. `pv.sdotsp.h`. */
export const sumdotp2: (x: Vector<"v2s">, y: Vector<"v2s">, z: number) => number = dot(
  "sumdotp2",
  "pv.sdotsp.h",
  false,
);

/** `gap8_sumdotpsc2`: z and the sum of products with the low element of y, signed. `pv.sdotsp.sc.h`. */
export const sumdotpsc2: (x: Vector<"v2s">, y: number, z: number) => number = dotScalar(
  "sumdotpsc2",
  "pv.sdotsp.sc.h",
  false,
);

/** `gap8_dotpu2`: sum of products, unsigned. `pv.dotup.h`. */
export const dotpu2: (x: Vector<"v2u">, y: Vector<"v2u">) => number = dot("dotpu2", "pv.dotup.h", true);

/** `gap8_dotpusc2`: sum of products with the low element of y, unsigned. `pv.dotup.sc.h`. */
export const dotpusc2: (x: Vector<"v2u">, y: number) => number = dotScalar("dotpusc2", "pv.dotup.sc.h", true);

/** `gap8_sumdotpu2`: z and the sum of products, unsigned. `pv.sdotup.h`. */
export const sumdotpu2: (x: Vector<"v2u">, y: Vector<"v2u">, z: number) => number = dot(
  "sumdotpu2",
  "pv.sdotup.h",
  true,
);

/** `gap8_sumdotpusc2`: z and the sum of products with the low element of y, unsigned. `pv.sdotup.sc.h`. */
export const sumdotpusc2: (x: Vector<"v2u">, y: number, z: number) => number = dotScalar(
  "sumdotpusc2",
  "pv.sdotup.sc.h",
  true,
);

/** `gap8_dotpus2`: sum of products, unsigned by signed. `pv.dotusp.h`. */
export const dotpus2: (x: Vector<"v2u">, y: Vector<"v2s">) => number = dot("dotpus2", "pv.dotusp.h", false);

/** `gap8_dotpussc2`: sum of products with the low element of y, unsigned by signed. `pv.dotusp.sc.h`. */
export const dotpussc2: (x: Vector<"v2u">, y: number) => number = dotScalar("dotpussc2", "pv.dotusp.sc.h", false);

/** `gap8_sumdotpus2`: z and the sum of products, unsigned by signed. `pv.sdotusp.h`. */
export const sumdotpus2: (x: Vector<"v2u">, y: Vector<"v2s">, z: number) => number = dot(
  "sumdotpus2",
  "pv.sdotusp.h",
  false,
);

/** `gap8_sumdotpussc2`: z and the sum of products with the low element of y, unsigned by signed. `pv.sdotusp.sc.h`. */
export const sumdotpussc2: (x: Vector<"v2u">, y: number, z: number) => number = dotScalar(
  "sumdotpussc2",
  "pv.sdotusp.sc.h",
  false,
);
