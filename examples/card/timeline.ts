/**
 * A picture of who works when: a row for each component whose trace says what it does.
 * @module
 */
import type { TracePoint, TraceSink, TraceValue } from "../../sim/trace/mod.ts";

/** What a component did from when to when. */
interface Slice {
  readonly startPs: number;
  readonly endPs: number;
  readonly text: string;
}

/** Some of the time, with a title. */
export interface Panel {
  /** Title. */
  readonly title: string;
  /** Where it begins, in picoseconds. */
  readonly startPs: number;
  /** Where it ends. */
  readonly endPs: number;
}

/** A row of the picture: title and trace point. */
export interface Row {
  /** Title. */
  readonly title: string;
  /** Path of a level of text, or of events. */
  readonly path: string;
}

const COLOURS: readonly string[] = ["#2f6f8f", "#d98d3a", "#5a8f5a", "#8a6bae", "#b05a5a"];
const LEFT = 130, WIDTH = 1000, ROW = 26, GAP = 34;

/** Collects what the rows' trace points say, for pictures of parts of the time. */
export class Timeline implements TraceSink {
  private readonly rows: readonly Row[];
  private readonly slices = new Map<string, Slice[]>();
  private readonly open = new Map<string, { readonly startPs: number; readonly text: string }>();

  /** A timeline with these rows. */
  constructor(rows: readonly Row[]) {
    this.rows = rows;
  }

  /** For attaching: whether a trace point has a row. */
  wants(point: TracePoint): boolean {
    return this.rows.some(({ path }) => path === point.path);
  }

  /** Takes a value. */
  record(point: TracePoint, timePs: number, value: TraceValue): void {
    const list = this.slices.get(point.path) ?? [];
    this.slices.set(point.path, list);
    if (point.info.kind === "event") {
      list.push({ startPs: timePs, endPs: timePs, text: String(value) });
      return;
    }
    const before = this.open.get(point.path);
    if (before !== undefined && before.text !== "") list.push({ ...before, endPs: timePs });
    this.open.set(point.path, { startPs: timePs, text: String(value) });
  }

  /** The picture: one panel under the other, all on one scale. */
  svg(title: string, panels: readonly Panel[]): string {
    const longest = Math.max(...panels.map(({ startPs, endPs }) => endPs - startPs));
    const panelHeight = this.rows.length * ROW + GAP;
    const height = 40 + panels.length * (panelHeight + 22);
    const parts = panels.map((panel, index) => this.#panel(panel, 40 + index * (panelHeight + 22), longest));
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + WIDTH + 20} ${height}" ` +
      `font-family="sans-serif" font-size="12">\n<rect width="100%" height="100%" fill="#fff"/>\n` +
      `<text x="10" y="22" font-size="16">${escape(title)}</text>\n${parts.join("\n")}\n</svg>\n`;
  }

  #panel({ title, startPs, endPs }: Panel, top: number, longest: number): string {
    const x = (timePs: number) => LEFT + (timePs - startPs) / longest * WIDTH;
    const out = [`<text x="10" y="${top + 12}" font-weight="bold">${escape(title)}</text>`];
    const bottom = top + 20 + this.rows.length * ROW;
    const ms = longest / 1e9;
    const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50].find((step) => ms / step <= 12) ?? 100;
    for (let at = 0; at <= (endPs - startPs) / 1e9 + 1e-9; at += step) {
      const where = x(startPs + at * 1e9).toFixed(1);
      out.push(`<path d="M${where} ${top + 20}V${bottom}" stroke="#ddd"/>`);
      out.push(
        `<text x="${where}" y="${bottom + 13}" text-anchor="middle" fill="#666" font-size="10">${
          Number(at.toFixed(3))
        } ms</text>`,
      );
    }
    this.rows.forEach(({ title, path }, row) => {
      const y = top + 20 + row * ROW;
      out.push(`<text x="10" y="${y + 16}">${escape(title)}</text>`);
      for (const slice of this.slices.get(path) ?? []) {
        if (slice.endPs < startPs || slice.startPs >= endPs) continue;
        const from = x(Math.max(slice.startPs, startPs)), to = x(Math.min(slice.endPs, endPs));
        out.push(
          slice.startPs === slice.endPs
            ? `<path d="M${from.toFixed(1)} ${y + 3}v18" stroke="#555"><title>${escape(slice.text)}</title></path>`
            : bar(from, to, y, slice.text, COLOURS[row % COLOURS.length]),
        );
      }
    });
    return out.join("\n");
  }
}

/** A bar from one place to another, with its text where that has room. */
function bar(from: number, to: number, y: number, text: string, colour: string): string {
  const width = Math.max(to - from, 0.5);
  const label = width < 5.4 * text.length
    ? ""
    : `<text x="${(from + width / 2).toFixed(1)}" y="${y + 16}" fill="#fff" text-anchor="middle" font-size="10">${
      escape(text)
    }</text>`;
  return `<rect x="${from.toFixed(1)}" y="${y + 3}" width="${width.toFixed(1)}" height="18" rx="2" fill="${colour}">` +
    `<title>${escape(text)}</title></rect>${label}`;
}

function escape(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
