/**
 * A design for a card: what an xclbin says, with models for its kernels.
 * @module
 */
import { type Frequency, MHz, SimulationError } from "../../sim/mod.ts";
import type { ComputeUnitClass } from "./compute_unit.ts";
import { placeArguments } from "./hls_registers.ts";
import type { XclbinBank, XclbinContent } from "./xclbin_content.ts";
import { unitsOf, type XclbinUnit } from "./xclbin_units.ts";

/** Models by the names of the kernels. */
export type KernelModels = Readonly<Record<string, ComputeUnitClass>>;

/** A compute unit of a design. */
export interface DesignUnit extends XclbinUnit {
  /** Its model. */
  readonly model: ComputeUnitClass;
  /** For each pointer argument, by name, the place of its memory in the topology. */
  readonly memoryOf: ReadonlyMap<string, number>;
}

/** A stream from a port of one unit to a port of another. */
export interface DesignStream {
  /** Name in the topology: `dc_0`. */
  readonly tag: string;
  /** Unit that it comes from. */
  readonly sourceUnit: string;
  /** Port that it comes from. */
  readonly sourcePort: string;
  /** Unit that it goes to. */
  readonly sinkUnit: string;
  /** Port that it goes to. */
  readonly sinkPort: string;
}

/** A design. */
export interface CardDesign {
  /** Name of the file, without its ending. */
  readonly name: string;
  /** What the file says. */
  readonly content: XclbinContent;
  /** Clock of the kernels. */
  readonly kernelClock: Frequency;
  /** Units, in the order of their addresses. */
  readonly units: readonly DesignUnit[];
  /** Streams between units. */
  readonly streams: readonly DesignStream[];
}

/**
 * The design of an xclbin. Throws a SimulationError if a kernel has no model, or one with other arguments.
 */
export function designOf(name: string, content: XclbinContent, models: KernelModels): CardDesign {
  const units = unitsOf(content).map((unit): DesignUnit => {
    const model = models[unit.kernel.name];
    if (model === undefined) {
      throw new SimulationError(
        `Cannot build design ${name}: kernel ${unit.kernel.name} has no model; there are models of ` +
          `${Object.keys(models).join(", ")}; a class that extends ComputeUnit is one`,
      );
    }
    checkArguments(name, unit, model);
    const memoryOf = new Map<string, number>();
    for (const { name: argument, index } of unit.kernel.args) {
      const places = index === undefined ? undefined : unit.memoriesOf.get(index);
      if (places !== undefined) memoryOf.set(argument, places[0]);
    }
    return { ...unit, model, memoryOf };
  });
  const clock = content.clocks.find(({ type }) => type === "DATA") ?? content.clocks[0];
  if (clock === undefined) {
    throw new SimulationError(`Cannot build design ${name}: its xclbin names no clock; CLOCK_FREQ_TOPOLOGY is missing`);
  }
  return {
    name,
    content,
    kernelClock: kernelFrequency(clock.frequencyMHz),
    units,
    streams: streamsOf(name, content, units),
  };
}

/** The memory at a place of a topology, if it is one that buffers can be in. */
export function bankAt(content: XclbinContent, place: number): XclbinBank | undefined {
  const memory = content.memories[place];
  return memory === undefined || memory.streaming ? undefined : memory;
}

function checkArguments(design: string, { kernel }: XclbinUnit, model: ComputeUnitClass): void {
  const placed = placeArguments(model.kernel);
  const streams = (model.kernel.streams ?? []).map(({ name }) => name);
  const listed = kernel.args.filter(({ name }) => !streams.includes(name));
  const same = listed.length === placed.length &&
    listed.every(({ name, offset }, i) => name === placed[i].name && offset === placed[i].offset);
  if (same) return;
  const show = (list: readonly { readonly name: string; readonly offset: number }[]) =>
    list.map(({ name, offset }) => `${name} at 0x${offset.toString(16)}`).join(", ") || "none";
  throw new SimulationError(
    `Cannot build design ${design}: the arguments of kernel ${kernel.name} are ${show(listed)} in the xclbin, and ` +
      `${show(placed)} in its model; a model of another version of the kernel`,
  );
}

function streamsOf(design: string, content: XclbinContent, units: readonly DesignUnit[]): DesignStream[] {
  return content.memories.flatMap((memory, place) => {
    if (!memory.streaming || !memory.used) return [];
    const ends = units.flatMap((unit) =>
      [...unit.memoriesOf].filter(([, places]) => places.includes(place)).map(([argument]) => {
        const port = unit.kernel.args.find(({ index }) => index === argument)?.name ?? "";
        const direction = unit.model.kernel.streams?.find(({ name }) => name === port)?.direction;
        return { unit: unit.name, port, direction };
      })
    );
    const source = ends.find(({ direction }) => direction === "out"),
      sink = ends.find(({ direction }) => direction === "in");
    if (ends.length !== 2 || source === undefined || sink === undefined) {
      throw new SimulationError(
        `Cannot build design ${design}: stream ${memory.tag} connects ${
          ends.map(({ unit, port }) => `${unit}.${port}`).join(", ") || "nothing"
        }; it takes one port that streams out and one that streams in`,
      );
    }
    return [{
      tag: memory.tag,
      sourceUnit: source.unit,
      sourcePort: source.port,
      sinkUnit: sink.unit,
      sinkPort: sink.port,
    }];
  });
}

/** Entries of the shell's table of kernel clocks (XRT 2019.2, icap.c) that are ninths of a megahertz. */
const NINTHS: Readonly<Record<number, number>> = {
  116: 1050,
  122: 1100,
  133: 1200,
  155: 1400,
  166: 1500,
  233: 2100,
  266: 2400,
  333: 3000,
  366: 3300,
  433: 3900,
  466: 4200,
};

/** The frequency that an entry of the shell's table of kernel clocks stands for: 155 is 1400/9 MHz. */
export function kernelFrequency(tableMHz: number): Frequency {
  const ninths = NINTHS[tableMHz];
  return ninths === undefined ? MHz(tableMHz) : MHz(ninths, 9);
}
