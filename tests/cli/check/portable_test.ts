import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { libraryFiles, violations } from "../../../cli/check/portable.ts";

/** What is said about a file of `hw/` with this text. */
const said = (text: string, path = "hw/bus/thing.ts") =>
  violations(path, text).map(({ where, what }) => `${where} ${what}`);

Deno.test("violations of the library's own files are none", () => {
  const root = fromFileUrl(new URL("../../..", import.meta.url));
  const files = libraryFiles(root);
  assertEquals(files.includes("mod.ts") && files.includes("sim/mod.ts"), true);
  assertEquals(files.flatMap((path) => violations(path, Deno.readTextFileSync(`${root}/${path}`))), []);
});

Deno.test("violations names what only a host has, with line and column", () => {
  assertEquals(said("export const a = 1;\nexport const b =  Deno.args;"), [
    "hw/bus/thing.ts:2:19 Cannot use Deno: only one runtime has it",
  ]);
  for (
    const text of [
      "Date.now();",
      "new Date();",
      "performance.now();",
      "setTimeout(f, 1);",
      "process.exit();",
      "console.log(1);",
      "globalThis.Deno;",
      "const x = { Date };",
      "f({ ...Deno });",
      "Math.random();",
      'Math["random"]();',
      "const { random } = Math;",
      "let d: Date;",
      "let d: Deno.Command;",
      "a.localeCompare(b);",
      "declare const Deno: { exit(): void }; Deno.exit();",
      "function f() { const process = 1; } process.exit();",
      "`${Deno.pid}`;",
    ]
  ) assertEquals(said(`export {}; ${text}`).length, 1, text);
});

Deno.test("violations lets comments, strings, members and own names say what they like", () => {
  for (
    const text of [
      "// Deno.args, Date.now()",
      '/** `import x from "npm:y"` */ export const a = "Math.random() and node:fs";',
      "x.process.Date();",
      "this.console.log(1);",
      "const y = { Date: 1, process() {} };",
      "class A { Deno = 1; static setTimeout() {} }",
      "function f(process: number) { return process + 1; }",
      "const window = 3; window + 1;",
      "const { Date: when } = x; when;",
      "Math.floor(1.5);",
    ]
  ) assertEquals(said(`export {}; ${text}`), [], text);
});

Deno.test("violations refuses modules from outside and imports that run upward", () => {
  const outside = (name: string) =>
    `hw/bus/thing.ts:1:1 Cannot import ${name}: the library imports nothing from outside`;
  for (
    const name of [
      "node:fs",
      "npm:ws",
      "jsr:@std/path",
      "@std/assert",
      "@escapement/escapement/sim",
      "https://x.y/z.ts",
    ]
  ) {
    assertEquals(said(`import * as x from "${name}";`), [outside(name)]);
    assertEquals(said(`export * from "${name}";`), [outside(name)]);
    assertEquals(said(`await import("${name}");`).length, 1);
    assertEquals(said(`let x: import("${name}").Y;`).length, 1);
  }
  assertEquals(said('import type { A } from "../../runtime/gap8/mod.ts";'), [
    "hw/bus/thing.ts:1:1 Cannot import ../../runtime/gap8/mod.ts: hw may import from sim, hw only",
  ]);
  assertEquals(said('import { A } from "../hw/mod.ts";', "sim/time.ts").length, 1);
  assertEquals(said('import { A } from "../../cli/chart.ts";', "runtime/gap8/rt.ts").length, 1);
  assertEquals(said('import { A } from "./examples/hello.ts";', "mod.ts").length, 1);
  assertEquals(said("await import(name);"), [
    "hw/bus/thing.ts:1:7 Cannot import this: the module is not a plain string",
  ]);
  assertEquals(said('/// <reference types="node" />\nexport {};').length, 1);
  assertEquals(said('import { A } from "../../sim/mod.ts"; import { B } from "./x.ts"; export { B };'), []);
});
