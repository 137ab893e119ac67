import { assertEquals, assertThrows } from "@std/assert";
import { Component, type ParamTable, resolveParams, Sram } from "../../hw/mod.ts";
import { Simulation, SimulationError } from "../../sim/mod.ts";
import { Copier } from "./copier.ts";

Deno.test("resolveParams puts what is given over the defaults, and freezes it", () => {
  const values = resolveParams("copier", Copier.params, { setupCycles: 7 });
  assertEquals(values, { depth: 2, setupCycles: 7 });
  assertThrows(() => ((values as { depth: number }).depth = 9), TypeError);
});

Deno.test("resolveParams takes undefined for not given", () => {
  const copier = new Copier(new Simulation(), "copier", { depth: undefined });
  assertEquals(copier.params.depth, 2);
  assertEquals(copier.paramValues()[0].source, "assumed");
});

Deno.test("resolveParams refuses an unknown parameter, and a compiler does before", () => {
  assertThrows(
    // @ts-expect-error: there is no such parameter
    () => new Copier(new Simulation(), "soc", { setupCycle: 7 }),
    SimulationError,
    'Cannot make soc: it has no parameter "setupCycle"; there are depth, setupCycles',
  );
  assertThrows(
    () => new Component(new Simulation(), "soc", { size: 1 }),
    SimulationError,
    'Cannot make soc: it has no parameter "size"; its class declares none, which a static table `params` would do',
  );
});

Deno.test("resolveParams refuses a missing parameter", () => {
  assertThrows(
    () => new Sram(new Simulation(), "sram"),
    SimulationError,
    'Cannot make sram: parameter "sizeBytes" (size, in B) has no default and was not given',
  );
});

Deno.test("resolveParams refuses values that cannot be, all at once", () => {
  const message = (params: Partial<Copier["params"]>) =>
    assertThrows(() => new Copier(new Simulation(), "dma", params), SimulationError).message;
  assertEquals(
    message({ depth: 17, setupCycles: 1.5 }),
    'Cannot make dma: parameter "depth" (jobs that can be queued, in job) is 17; it has to be 16 or less; and ' +
      'parameter "setupCycles" (from job to first read, in cycle) is 1.5; it has to be a whole number, 0 or more',
  );
  assertEquals(
    message({ depth: 0, setupCycles: -1 }),
    'Cannot make dma: parameter "depth" (jobs that can be queued, in job) is 0; it has to be 1 or more; and ' +
      'parameter "setupCycles" (from job to first read, in cycle) is -1; it has to be a whole number, 0 or more',
  );
  assertEquals(
    message({ depth: NaN }),
    'Cannot make dma: parameter "depth" (jobs that can be queued, in job) is NaN; it has to be a finite number',
  );
});

Deno.test("ParamTable has a row for each parameter, with unit, description and source", () => {
  interface OneParam {
    readonly a: number;
    readonly b: number;
  }
  // @ts-expect-error: b has no row
  const withoutRow: ParamTable<OneParam> = { a: { unit: "1", description: "a", source: "assumed" } };
  const withoutUnit: ParamTable<Pick<OneParam, "a">> = {
    // @ts-expect-error: no unit
    a: { description: "a", source: "assumed" },
  };
  assertEquals([...Object.keys(withoutRow), ...Object.keys(withoutUnit)], ["a", "a"]);
});

Deno.test("Component.paramValues tells which values are not the defaults", () => {
  const copier = new Copier(new Simulation(), "copier", { depth: 4 });
  assertEquals(copier.paramValues(), [
    { name: "depth", value: 4, unit: "job", description: "jobs that can be queued", source: "given" },
    { name: "setupCycles", value: 3, unit: "cycle", description: "from job to first read", source: "assumed" },
  ]);
});
