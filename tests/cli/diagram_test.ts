import { assert, assertEquals } from "@std/assert";
import { platformDiagram } from "../../cli/diagram.ts";
import { type AddressMap, Component, connect, describePlatform, Memory, Sram } from "../../hw/mod.ts";
import { Line, MHz, Simulation } from "../../sim/mod.ts";
import { Copier, type CopyJob } from "../hw/copier.ts";

/** Titles of the boxes, frames or arrows in a diagram, and the text in each. */
function shown(svg: string, kind: "node" | "edge" | "cluster"): [title: string, ...text: string[]][] {
  return [...svg.matchAll(new RegExp(`<g id="[^"]*" class="${kind}">(.*?)</g>`, "gs"))].map(([, inner]) => {
    const [, title] = inner.match(/<title>(.*?)<\/title>/)!;
    return [
      title.replaceAll("&#45;&gt;", "->"),
      ...[...inner.matchAll(/<text [^>]*>(.*?)<\/text>/g)].map(([, t]) => t),
    ];
  });
}

class Cpu extends Component {
  readonly interrupt = this.lineInput("interrupt");
  readonly reset = this.lineInput("reset");
  readonly jobs = this.fifoOutput<CopyJob>("jobs");
}

function board(): Simulation {
  const sim = new Simulation();
  const clock = sim.clock("board.clock", MHz(100));
  const soc = new Component(new Component(sim, "board", {}, { clock }), "soc");
  const cpu = new Cpu(soc, "cpu"), dma = new Copier(soc, "dma");
  connect(cpu.interrupt, dma.done);
  connect(cpu.jobs, dma.jobs);
  connect(cpu.reset, new Line(sim, "reset_button"));
  connect(dma.memory, new Sram(soc, "sram", { base: 0x1c00_0000, sizeBytes: 512 * 1024 }).port);
  return sim;
}

Deno.test("platformDiagram draws a frame per level, a box per part and an arrow per connection", async () => {
  const svg = await platformDiagram(describePlatform(board()));
  assertEquals(shown(svg, "cluster"), [
    ["cluster board", "board (Component)"],
    ["cluster board.soc", "soc (Component)"],
  ]);
  assertEquals(shown(svg, "node"), [
    ["board.soc.cpu", "cpu", "Cpu"],
    ["board.soc.dma", "dma", "Copier"],
    ["board.soc.sram", "sram", "Sram", "512 KiB at 0x1C000000"],
    ["reset_button", "reset_button"],
  ]);
  assertEquals(shown(svg, "edge").sort(), [
    ["board.soc.cpu->board.soc.dma", "jobs"],
    ["board.soc.dma->board.soc.cpu", "done"],
    ["board.soc.dma->board.soc.sram"],
    ["reset_button->board.soc.cpu"],
  ]);
  assert(svg.includes("board.clock, 100 MHz"));
});

Deno.test("platformDiagram draws numbered parts of one type as one box, from three on", async () => {
  class Core extends Component {
    readonly data = this.initiator("data", Memory);
  }
  for (const [count, boxes] of [[2, ["core0", "core1", "sram"]], [3, ["core0 … core2", "sram"]]] as const) {
    const sim = new Simulation();
    const sram = new Sram(sim, "sram", { sizeBytes: 64 });
    for (let core = 0; core < count; core++) connect(new Core(sim, `core${core}`).data, sram.port);
    const svg = await platformDiagram(describePlatform(sim));
    assertEquals(shown(svg, "node").map(([, name]) => name).sort(), [...boxes]);
    assertEquals(shown(svg, "edge").length, boxes.length - 1);
  }
});

Deno.test("platformDiagram draws an address map as a table whose rows lead to the parts", async () => {
  class Bus extends Component {
    readonly map: AddressMap<number> = this.addressMap("map");
    readonly rom = this.initiator("rom", Memory);
  }
  const sim = new Simulation();
  const bus = new Bus(sim, "bus");
  bus.map.add("rom", 0x1a00_0000, 64, 0);
  connect(bus.rom, new Sram(sim, "rom", { sizeBytes: 64 }).port);
  const svg = await platformDiagram(describePlatform(sim));
  const [[, ...text]] = shown(svg, "node");
  assertEquals(text.map((t) => t.replaceAll(/&#160;|\u00a0/g, "")), ["bus", "Bus", "rom", "0x1A000000"]);
  assertEquals(shown(svg, "edge").length, 1);
});

Deno.test("platformDiagram dots the arrows of calls without a port, and says so", async () => {
  class Dma extends Component {
    constructor(parent: Component, readonly memory: Component) {
      super(parent, "dma");
    }
  }
  const sim = new Simulation();
  const soc = new Component(sim, "soc");
  new Dma(soc, new Component(soc, "memory"));
  const svg = await platformDiagram(describePlatform(sim));
  assertEquals(shown(svg, "edge"), [["soc.dma->soc.memory"]]);
  assert(svg.includes("stroke-dasharray") && svg.includes("dotted: calls without a port between"));
});

Deno.test("platformDiagram is the same each time", async () => {
  assertEquals(await platformDiagram(describePlatform(board())), await platformDiagram(describePlatform(board())));
});
