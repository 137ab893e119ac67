/**
 * The block diagram of a platform, from its description.
 * @module
 */
import { Graphviz } from "npm:@hpcc-js/wasm-graphviz@1.29.2";
import type { PartDescription, PlatformDescription } from "../hw/mod.ts";

/** Fill and frame of the parts of each clock domain, in the order of the clocks' names. */
const CLOCK_COLOURS = [
  ["#e3f0fb", "#3b7dbd"],
  ["#e6f5e6", "#3f9142"],
  ["#fdf0dc", "#c57f17"],
  ["#f3e8fa", "#8a4fb5"],
  ["#fde7e9", "#c0424e"],
] as const;
const UNCLOCKED = ["#f4f4f4", "#8c8c8c"] as const;
const QUIET = "#505050";
/** Room for fonts that are wider than the one that Graphviz reckons with. */
const GAP = "\u00a0".repeat(4);
const LEFT = '<BR ALIGN="LEFT"/>';
const FONT = "Helvetica,Arial,sans-serif";

/** Parts of one type and one place that differ only in their number are drawn as one box, from so many on. */
const FAMILY_SIZE = 3;

/** An SVG with a frame for each level of the hierarchy, a box for each part, and an arrow for each connection. */
export async function platformDiagram(description: PlatformDescription): Promise<string> {
  const graphviz = await Graphviz.load();
  return titled(graphviz.dot(new Drawing(description).graph()));
}

type Range = PlatformDescription["addressMaps"][number]["ranges"][number];

/** The platform in Graphviz's language. */
class Drawing {
  private readonly parts: ReadonlyMap<string, PartDescription>;
  /** The first of each family, and the names of all its members. */
  private readonly families = new Map<string, string[]>();
  /** The box in which a member of a family is drawn. */
  private readonly boxes = new Map<string, string>();

  constructor(private readonly description: PlatformDescription) {
    this.parts = new Map(description.parts.map((part) => [part.path, part]));
    const alike = Map.groupBy(
      description.parts.filter(({ path }) => /\d$/.test(path) && this.children(path).length === 0),
      ({ path, type }) => `${path.replace(/\d+$/, "")} ${type}`,
    );
    for (const members of alike.values()) {
      if (members.length < FAMILY_SIZE) continue;
      this.families.set(members[0].path, members.map(({ path }) => nameOf(path)));
      for (const { path } of members) this.boxes.set(path, members[0].path);
    }
  }

  graph(): string {
    const text = (size: number, colour: string) => `fontname="${FONT}", fontsize=${size}, fontcolor="${colour}"`;
    return [
      "digraph platform {",
      `graph [rankdir=LR, bgcolor=white, pad=0.3, nodesep=0.2, ranksep=1, style=rounded, color="#b0b0b0",`,
      `${text(13, "#303030")}];`,
      `node [shape=box, style="rounded,filled", penwidth=1.2, margin="0.26,0.08", ${text(12, "#202020")}];`,
      `edge [color="#707070", arrowsize=0.7, ${text(9, QUIET)}];`,
      ...this.level(""),
      ...this.loose(),
      ...this.arrows(),
      ...this.legend(),
      "}",
    ].join("\n");
  }

  /** The parts directly under a path, each with what is under it. */
  private level(parent: string): string[] {
    return this.children(parent).flatMap((part) => {
      if (this.children(part.path).length === 0) return this.boxOf(part.path) === part.path ? [this.box(part)] : [];
      return [
        `subgraph ${quoted(`cluster ${part.path}`)} {`,
        `label=${quoted(`${nameOf(part.path)} (${part.type})`)};`,
        // A part that has parts may have ports as well: their arrows end at a box of its own.
        ...(this.touched(part.path) ? [this.box(part)] : []),
        ...this.level(part.path),
        "}",
      ];
    });
  }

  /** Lines and fifos that belong to no part. */
  private loose(): string[] {
    const ends = this.description.connections.flatMap(({ from, to }) => [this.boxOf(from), this.boxOf(to)]);
    return [...new Set(ends)].filter((end) => !this.parts.has(end)).map((end) => `${quoted(end)} [shape=plain];`);
  }

  /** Who calls whom, dotted where no port is between; who fills which queue; and, dashed, who drives whose line. */
  private arrows(): string[] {
    const arrows = this.description.connections.map(({ from, to, kind }) => {
      const caller = this.boxOf(from), answerer = this.boxOf(to);
      const label = `label=${quoted(answerer === to ? "" : nameOf(to))}`;
      if (kind === "a part") return `${quoted(caller)} -> ${quoted(answerer)} [style=dotted];`;
      if (kind === "a line") return `${quoted(answerer)} -> ${quoted(caller)} [style=dashed, ${label}];`;
      if (kind === "a fifo") return `${quoted(caller)} -> ${quoted(answerer)} [arrowhead=vee, ${label}];`;
      const row = this.rangesOf(caller).some(({ name }) => name === nameOf(from)) ? `:${quoted(nameOf(from))}:e` : "";
      return `${quoted(caller)}${row} -> ${quoted(answerer)};`;
    });
    return [...new Set(arrows)];
  }

  /** Which colour is which clock, and what dots mean. */
  private legend(): string[] {
    const rows = this.description.clocks.map(({ name, hertz, gated }) => {
      const [fill, frame] = this.colours(name);
      return `<TR><TD BGCOLOR="${fill}" COLOR="${frame}" BORDER="1" WIDTH="16"></TD><TD ALIGN="LEFT">${
        small(`${name}, ${megahertz(hertz)}${gated ? ", gated" : ""}`)
      }</TD></TR>`;
    });
    if (this.description.connections.some(({ kind }) => kind === "a part")) {
      rows.push(`<TR><TD></TD><TD ALIGN="LEFT">${small("dotted: calls without a port between")}</TD></TR>`);
    }
    if (rows.length === 0) return [];
    return [`label=<<TABLE BORDER="0" CELLSPACING="4" CELLPADDING="2">${rows.join("")}</TABLE>>; labelloc=b;`];
  }

  private box(part: PartDescription): string {
    const members = this.families.get(part.path);
    const name = members === undefined ? nameOf(part.path) : `${members[0]} … ${members.at(-1)}`;
    const [fill, frame] = this.colours(part.clock);
    const ranges = this.rangesOf(part.path);
    if (ranges.length > 0) {
      return `${quoted(part.path)} [shape=plain, style="", label=<${this.table(part, name, ranges)}>];`;
    }
    const label = [name, part.type, memoryOf(part)].filter((line) => line !== "").join("\n");
    return `${quoted(part.path)} [label=${quoted(label)}, fillcolor="${fill}", color="${frame}"` +
      `${members === undefined ? "" : ", peripheries=2"}];`;
  }

  /** A part with an address map: a row for each range, from which its arrow leaves. */
  private table(part: PartDescription, name: string, ranges: readonly Range[]): string {
    const [fill, frame] = this.colours(part.clock);
    const rows = ranges.map((range) =>
      `<HR/><TR><TD ALIGN="LEFT">${small(range.name + GAP)}</TD>` +
      `<TD ALIGN="LEFT" PORT=${quoted(range.name)}>${small(range.base + GAP)}</TD></TR>`
    );
    return `<TABLE STYLE="ROUNDED" BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="4" BGCOLOR="${fill}" ` +
      `COLOR="${frame}"><TR><TD COLSPAN="2" ALIGN="LEFT"><B>${escaped(name)}</B>${LEFT}${
        small(part.type)
      }${LEFT}</TD></TR>` +
      `${rows.join("")}</TABLE>`;
  }

  /** The box of what has a path: that of the nearest part above it, or its own if it belongs to none. */
  private boxOf(path: string): string {
    let part = path;
    while (part !== "" && !this.parts.has(part)) part = parentOf(part);
    return part === "" ? path : this.boxes.get(part) ?? part;
  }

  private rangesOf(part: string): Range[] {
    return this.description.addressMaps.filter(({ path }) => parentOf(path) === part).flatMap(({ ranges }) => ranges);
  }

  private touched(path: string): boolean {
    return this.description.connections.some(({ from, to }) => this.boxOf(from) === path || this.boxOf(to) === path);
  }

  private children(parent: string): PartDescription[] {
    return this.description.parts.filter(({ path }) => parentOf(path) === parent);
  }

  private colours(clock: string | null): readonly [fill: string, frame: string] {
    const index = this.description.clocks.findIndex(({ name }) => name === clock);
    return index < 0 ? UNCLOCKED : CLOCK_COLOURS[index % CLOCK_COLOURS.length];
  }
}

/** Makes the first line of each box its title. Labels whose lines look different would be set by guessed widths. */
function titled(svg: string): string {
  return svg.replace(/<g id="node\d+" class="node">.*?<\/g>/gs, (node) => {
    if (!node.includes('text-anchor="middle"')) return node;
    let line = 0;
    return node.replace(/<text /g, (text) => `${text}${line++ === 0 ? 'font-weight="bold" ' : `opacity="0.75" `}`);
  });
}

/** Size and address, for parts that have them. */
function memoryOf(part: PartDescription): string {
  const value = (name: string) => part.params.find((param) => param.name === name)?.value;
  const base = value("base"), size = value("sizeBytes");
  if (typeof size !== "number") return "";
  const units: [number, string][] = [[2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"], [1, "B"]];
  const [unit, name] = units.find(([unit]) => size >= unit && size % unit === 0) ?? [1, "B"];
  const place = typeof base === "number" ? ` at 0x${base.toString(16).toUpperCase().padStart(8, "0")}` : "";
  return `${size / unit} ${name}${place}`;
}

function megahertz(hertz: number): string {
  return hertz >= 1e6 ? `${Number((hertz / 1e6).toFixed(3))} MHz` : `${Number((hertz / 1e3).toFixed(3))} kHz`;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf(".")));
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

function small(text: string): string {
  return `<FONT POINT-SIZE="10" COLOR="${QUIET}">${escaped(text)}</FONT>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
