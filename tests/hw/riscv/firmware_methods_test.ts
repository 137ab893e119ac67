import { assertEquals } from "@std/assert";
import { firmwareInterfaces } from "../../../cli/firmware_interfaces.ts";
import { FirmwareCore } from "../../../hw/riscv/firmware_core.ts";
import { instructionMethods } from "../../../hw/riscv/firmware_methods.ts";
import { ri5cy } from "../../../hw/riscv/isa/isa.ts";

Deno.test("firmwareInterfaces writes hw/riscv/firmware as it is in the tree", async () => {
  for (const [path, text] of firmwareInterfaces()) {
    const there = await Deno.readTextFile(new URL(`../../../${path}`, import.meta.url));
    assertEquals(there, text, `${path} is out of date: run deno run -A cli/firmware_interfaces.ts`);
  }
});

Deno.test("instructionMethods has each instruction once, but compressed ones, traps, loops and p.elw", () => {
  const missing = ri5cy.instructions.filter((row) =>
    row.extension !== "C" && !instructionMethods.some(({ instruction }) => instruction === row)
  );
  assertEquals(
    missing.map(({ name }) => name).sort(),
    "ebreak ecall lp.count lp.counti lp.endi lp.setup lp.setupi lp.starti mret p.elw wfi".split(" "),
  );
  assertEquals(new Set(instructionMethods.map(({ name }) => name)).size, instructionMethods.length);
  for (const { name, parameters } of instructionMethods) {
    const method = (FirmwareCore.prototype as unknown as Record<string, (...args: number[]) => unknown>)[name];
    assertEquals([method.name, method.length], [name, parameters.filter(({ optional }) => !optional).length]);
  }
});
