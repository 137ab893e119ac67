/**
 * The GAP8 compiler's built-ins on scalars: multiply and accumulate, sums with a shift. Names are those of Gap8.h without
 * `gap8_`; what each computes is its instruction's operation.
 * @module
 */
import { defineBuiltin } from "./builtin.ts";

const signed = (word: number) => word;
const unsigned = (word: number) => word >>> 0;

/** acc, x, y and perhaps a shift. */
function accumulate(
  name: string,
  instruction: string,
  isUnsigned = false,
): (acc: number, x: number, y: number, n?: number) => number {
  const operands = (acc: number, x: number, y: number, n = 0) => ({ rd: acc, rs1: x, rs2: y, imm: n });
  return defineBuiltin(name, instruction, operands, isUnsigned ? unsigned : signed);
}

/** x, y and perhaps a shift. */
function binary(
  name: string,
  instruction: string,
  isUnsigned = false,
): (x: number, y: number, n?: number) => number {
  const operands = (x: number, y: number, n = 0) => ({ rs1: x, rs2: y, imm: n });
  return defineBuiltin(name, instruction, operands, isUnsigned ? unsigned : signed);
}

/** x in the destination, y, and a shift in a register. */
function inPlace(
  name: string,
  instruction: string,
  isUnsigned = false,
): (x: number, y: number, scale: number) => number {
  const operands = (x: number, y: number, scale: number) => ({ rd: x, rs1: y, rs2: scale });
  return defineBuiltin(name, instruction, operands, isUnsigned ? unsigned : signed);
}

/** `gap8_mac`: acc + x * y. `p.mac`. */
export const mac: (acc: number, x: number, y: number) => number = accumulate("mac", "p.mac");

/** `gap8_msu`: acc - x * y. `p.msu`. */
export const msu: (acc: number, x: number, y: number) => number = accumulate("msu", "p.msu");

/** `gap8_macs`: acc + x * y of the low halves, signed. `p.macsN`. */
export const macs: (acc: number, x: number, y: number) => number = accumulate("macs", "p.macsN");

/** `gap8_macsN`: (acc + x * y) >> n of the low halves, signed. `p.macsN`. */
export const macsN: (acc: number, x: number, y: number, n: number) => number = accumulate("macsN", "p.macsN");

/** `gap8_macsRN`: the same, rounded. `p.macsRN`. */
export const macsRN: (acc: number, x: number, y: number, n: number) => number = accumulate("macsRN", "p.macsRN");

/** `gap8_muls`: x * y of the low halves, signed. `p.muls`. */
export const muls: (x: number, y: number) => number = binary("muls", "p.muls");

/** `gap8_mulsN`: x * y >> n of the low halves, signed. `p.mulsN`. */
export const mulsN: (x: number, y: number, n: number) => number = binary("mulsN", "p.mulsN");

/** `gap8_mulsRN`: the same, rounded. `p.mulsRN`. */
export const mulsRN: (x: number, y: number, n: number) => number = binary("mulsRN", "p.mulsRN");

/** `gap8_macu`: acc + x * y of the low halves, unsigned. `p.macuN`. */
export const macu: (acc: number, x: number, y: number) => number = accumulate("macu", "p.macuN", true);

/** `gap8_macuN`: (acc + x * y) >> n of the low halves, unsigned. `p.macuN`. */
export const macuN: (acc: number, x: number, y: number, n: number) => number = accumulate("macuN", "p.macuN", true);

/** `gap8_macuRN`: the same, rounded. `p.macuRN`. */
export const macuRN: (acc: number, x: number, y: number, n: number) => number = accumulate("macuRN", "p.macuRN", true);

/** `gap8_mulu`: x * y of the low halves, unsigned. `p.mulu`. */
export const mulu: (x: number, y: number) => number = binary("mulu", "p.mulu", true);

/** `gap8_muluN`: x * y >> n of the low halves, unsigned. `p.muluN`. */
export const muluN: (x: number, y: number, n: number) => number = binary("muluN", "p.muluN", true);

/** `gap8_muluRN`: the same, rounded. `p.muluRN`. */
export const muluRN: (x: number, y: number, n: number) => number = binary("muluRN", "p.muluRN", true);

/** `gap8_machhs`: acc + x * y of the high halves, signed. `p.machhsN`. */
export const machhs: (acc: number, x: number, y: number) => number = accumulate("machhs", "p.machhsN");

/** `gap8_machhsN`: (acc + x * y) >> n of the high halves, signed. `p.machhsN`. */
export const machhsN: (acc: number, x: number, y: number, n: number) => number = accumulate("machhsN", "p.machhsN");

/** `gap8_machhsRN`: the same, rounded. `p.machhsRN`. */
export const machhsRN: (acc: number, x: number, y: number, n: number) => number = accumulate("machhsRN", "p.machhsRN");

/** `gap8_mulhhs`: x * y of the high halves, signed. `p.mulhhs`. */
export const mulhhs: (x: number, y: number) => number = binary("mulhhs", "p.mulhhs");

/** `gap8_mulhhsN`: x * y >> n of the high halves, signed. `p.mulhhsN`. */
export const mulhhsN: (x: number, y: number, n: number) => number = binary("mulhhsN", "p.mulhhsN");

/** `gap8_mulhhsRN`: the same, rounded. `p.mulhhsRN`. */
export const mulhhsRN: (x: number, y: number, n: number) => number = binary("mulhhsRN", "p.mulhhsRN");

/** `gap8_machhu`: acc + x * y of the high halves, unsigned. `p.machhuN`. */
export const machhu: (acc: number, x: number, y: number) => number = accumulate("machhu", "p.machhuN", true);

/** `gap8_machhuN`: (acc + x * y) >> n of the high halves, unsigned. `p.machhuN`. */
export const machhuN: (acc: number, x: number, y: number, n: number) => number = accumulate(
  "machhuN",
  "p.machhuN",
  true,
);

/** `gap8_machhuRN`: the same, rounded. `p.machhuRN`. */
export const machhuRN: (acc: number, x: number, y: number, n: number) => number = accumulate(
  "machhuRN",
  "p.machhuRN",
  true,
);

/** `gap8_mulhhu`: x * y of the high halves, unsigned. `p.mulhhu`. */
export const mulhhu: (x: number, y: number) => number = binary("mulhhu", "p.mulhhu", true);

/** `gap8_mulhhuN`: x * y >> n of the high halves, unsigned. `p.mulhhuN`. */
export const mulhhuN: (x: number, y: number, n: number) => number = binary("mulhhuN", "p.mulhhuN", true);

/** `gap8_mulhhuRN`: the same, rounded. `p.mulhhuRN`. */
export const mulhhuRN: (x: number, y: number, n: number) => number = binary("mulhhuRN", "p.mulhhuRN", true);

/** `gap8_addnorm`: x + y >> scale, signed. `p.addN`. */
export const addnorm: (x: number, y: number, scale: number) => number = binary("addnorm", "p.addN");

/** `gap8_addnorm_reg`: the same with scale in a register. `p.addNr`. */
export const addnormReg: (x: number, y: number, scale: number) => number = inPlace("addnormReg", "p.addNr");

/** `gap8_addnormu`: x + y >> scale, unsigned. `p.adduN`. */
export const addnormu: (x: number, y: number, scale: number) => number = binary("addnormu", "p.adduN", true);

/** `gap8_addnormu_reg`: the same with scale in a register. `p.adduNr`. */
export const addnormuReg: (x: number, y: number, scale: number) => number = inPlace("addnormuReg", "p.adduNr", true);

/** `gap8_addroundnorm`: x + y >> scale, signed, rounded. `p.addRN`. */
export const addroundnorm: (x: number, y: number, scale: number) => number = binary("addroundnorm", "p.addRN");

/** `gap8_addroundnorm_reg`: the same with scale in a register. `p.addRNr`. */
export const addroundnormReg: (x: number, y: number, scale: number) => number = inPlace("addroundnormReg", "p.addRNr");

/** `gap8_addroundnormu`: x + y >> scale, unsigned, rounded. `p.adduRN`. */
export const addroundnormu: (x: number, y: number, scale: number) => number = binary("addroundnormu", "p.adduRN", true);

/** `gap8_addroundnormu_reg`: the same with scale in a register. `p.adduRNr`. */
export const addroundnormuReg: (x: number, y: number, scale: number) => number = inPlace(
  "addroundnormuReg",
  "p.adduRNr",
  true,
);

/** `gap8_subnorm`: x - y >> scale, signed. `p.subN`. */
export const subnorm: (x: number, y: number, scale: number) => number = binary("subnorm", "p.subN");

/** `gap8_subnorm_reg`: the same with scale in a register. `p.subNr`. */
export const subnormReg: (x: number, y: number, scale: number) => number = inPlace("subnormReg", "p.subNr");

/** `gap8_subnormu`: x - y >> scale, unsigned. `p.subuN`. */
export const subnormu: (x: number, y: number, scale: number) => number = binary("subnormu", "p.subuN", true);

/** `gap8_subnormu_reg`: the same with scale in a register. `p.subuNr`. */
export const subnormuReg: (x: number, y: number, scale: number) => number = inPlace("subnormuReg", "p.subuNr", true);

/** `gap8_subroundnorm`: x - y >> scale, signed, rounded. `p.subRN`. */
export const subroundnorm: (x: number, y: number, scale: number) => number = binary("subroundnorm", "p.subRN");

/** `gap8_subroundnorm_reg`: the same with scale in a register. `p.subRNr`. */
export const subroundnormReg: (x: number, y: number, scale: number) => number = inPlace("subroundnormReg", "p.subRNr");

/** `gap8_subroundnormu`: x - y >> scale, unsigned, rounded. `p.subuRN`. */
export const subroundnormu: (x: number, y: number, scale: number) => number = binary("subroundnormu", "p.subuRN", true);

/** `gap8_subroundnormu_reg`: the same with scale in a register. `p.subuRNr`. */
export const subroundnormuReg: (x: number, y: number, scale: number) => number = inPlace(
  "subroundnormuReg",
  "p.subuRNr",
  true,
);
