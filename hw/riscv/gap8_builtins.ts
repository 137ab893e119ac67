/**
 * The GAP8 compiler's built-ins by their names in Gap8.h without `gap8_`: `gap8.sumdotp4(x, y, sum)`.
 * @module
 */
export * from "./bit_builtins.ts";
export * from "./scalar_builtins.ts";
export * from "./vector_builtins.ts";
export * from "./vector_pack_builtins.ts";
