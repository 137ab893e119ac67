/**
 * The part of `jsr:@std/assert` that this project uses, typed, over `npm:deno-std` (the same code without types).
 * It stands in where the JSR registry is out of reach; see CONTRIBUTING.md.
 * @module
 */
// @ts-types="./std_assert.d.ts"
export * from "npm:deno-std@1.4.0/assert/mod.js";
