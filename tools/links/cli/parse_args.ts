/**
 * `parseArgs` of `jsr:@std/cli`, loosely typed, over `npm:deno-std` (the same code without types).
 * @module
 */
// @ts-types="./std_cli.d.ts"
export * from "npm:deno-std@1.4.0/cli/parse_args.js";
