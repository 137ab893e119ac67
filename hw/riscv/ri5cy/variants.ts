/**
 * Which core: releases of RI5CY and CV32E40P, and their fetch.
 * @module
 */
import { cv32e40p, ri5cy } from "../isa/isa.ts";
import type { InstructionSet } from "../isa/decoder.ts";
import { type CoreQuirks, NO_QUIRKS, QUIRKS_2018_01, QUIRKS_2019_11 } from "./quirks.ts";

/** A release of the core's RTL. */
export type CoreRelease = "2018_01" | "2019_11" | "1_8_3";

/** Parameters of a core. */
export interface CoreVariant {
  /** Its name, as recordings and the command line have it. */
  readonly name: CoreName;
  /** The RTL that it equals. */
  readonly release: CoreRelease;
  /** Width of a fetch, in bits; or `ideal`, see {@linkcode withIdealFetch}. */
  readonly fetchBits: 32 | 128 | "ideal";
  /** Encodings that it decodes. */
  readonly instructions: InstructionSet;
  /** What it does beside the common rules, see {@linkcode withQuirks}. */
  readonly quirks: CoreQuirks;
  /** Where the RTL comes from. */
  readonly source: string;
}

/** Names of the cores. */
export type CoreName =
  | "ri5cy_2018_01"
  | "ri5cy_2018_01_fetch128"
  | "ri5cy_2019_11"
  | "ri5cy_2019_11_fetch128"
  | "cv32e40p_1_8_3";

const january2018 = "RI5CY 12e1cda7 (pulpissimo-v1.0.0, 2018-01-22), PULP_CLUSTER=1, PULP_SECURE=0, FPU=0";
const november2019 = "RI5CY be1fdf50 (pulpissimo-v3.4.0, 2019-11-18), PULP_CLUSTER=1, PULP_SECURE=0, FPU=0";

function variant(
  name: CoreName,
  release: CoreRelease,
  fetchBits: 32 | 128,
  quirks: CoreQuirks,
  source: string,
  instructions = ri5cy,
): CoreVariant {
  return Object.freeze({ name, release, fetchBits, instructions, quirks, source });
}

/** The cores by name. GAP8's are taken to be `ri5cy_2019_11_fetch128`: there is no public RTL of GAP8. */
export const coreVariants: Readonly<Record<CoreName, CoreVariant>> = Object.freeze({
  ri5cy_2018_01: variant("ri5cy_2018_01", "2018_01", 32, QUIRKS_2018_01, january2018),
  ri5cy_2018_01_fetch128: variant("ri5cy_2018_01_fetch128", "2018_01", 128, QUIRKS_2018_01, january2018),
  ri5cy_2019_11: variant("ri5cy_2019_11", "2019_11", 32, QUIRKS_2019_11, november2019),
  ri5cy_2019_11_fetch128: variant("ri5cy_2019_11_fetch128", "2019_11", 128, QUIRKS_2019_11, november2019),
  cv32e40p_1_8_3: variant(
    "cv32e40p_1_8_3",
    "1_8_3",
    32,
    NO_QUIRKS,
    "CV32E40P 360d2728 (cv32e40p_v1.8.3), COREV_PULP=1, COREV_CLUSTER=0, FPU=0",
    cv32e40p,
  ),
});

/**
 * A RI5CY whose fetch costs nothing, for programs without a layout in memory: targets are there in the cycle after the jump
 * wherever they lie, hardware loops are free, and no division starts in the shadow of a taken branch, since there is
 * nothing in that shadow. Throws a RangeError for CV32E40P.
 */
export function withIdealFetch(variant: CoreVariant): CoreVariant {
  if (variant.release === "1_8_3") {
    throw new RangeError(`Cannot give ${variant.name} an ideal fetch: only RI5CY has one`);
  }
  const quirks = { ...variant.quirks, ghostDivision: false, ghostMultiplication: false };
  return Object.freeze({ ...variant, fetchBits: "ideal", quirks: Object.freeze(quirks) });
}

/**
 * A RI5CY with some quirks switched on or off, for who takes GAP8 to lie between the two releases. Throws a RangeError for
 * CV32E40P.
 *
 * @example
 * ```ts
 * import { coreVariants, withQuirks } from "@escapement/escapement/hw";
 *
 * const calm = withQuirks(coreVariants.ri5cy_2019_11, { ghostDivision: false });
 * if (calm.quirks.ghostDivision) throw new Error("Cannot be");
 * ```
 */
export function withQuirks(variant: CoreVariant, quirks: Partial<CoreQuirks>): CoreVariant {
  if (variant.release === "1_8_3") {
    throw new RangeError(`Cannot give ${variant.name} quirks: only RI5CY has any`);
  }
  return Object.freeze({ ...variant, quirks: Object.freeze({ ...variant.quirks, ...quirks }) });
}
