/**
 * How much the random tests do: a sample in the test suite, more in `task soak`.
 * @module
 */

/** Seed of everything random; `task soak` counts it up. */
export const seed = Number(Deno.env.get("ESCAPEMENT_SEED") ?? 1);

/** `suite` cases in the test suite, `soak` in `task soak`. */
export function cases(suite: number, soak: number): number {
  return Deno.env.get("ESCAPEMENT_SOAK") === "1" ? soak : suite;
}
