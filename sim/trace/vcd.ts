/**
 * Waveforms as Value Change Dump (IEEE 1364-2005, 18).
 * @module
 */
import type { TracePoint, TraceSink, TraceValue } from "./hub.ts";

interface Scope {
  readonly scopes: Map<string, Scope>;
  readonly variables: { readonly name: string; readonly point: TracePoint }[];
}

/**
 * Collects levels and writes them as VCD text; `finish` gives the file. Numbers are vectors of their width, booleans
 * single bits, texts are strings; events, which have no level, become strings that last for one picosecond.
 */
export class VcdSink implements TraceSink {
  private readonly codes = new Map<TracePoint, string>();
  private readonly changes: string[] = [];
  private readonly fading: TracePoint[] = [];
  private time = -1;

  /** Gives the point its code. */
  declare(point: TracePoint): void {
    let rest = this.codes.size, code = "";
    do {
      code += String.fromCharCode(33 + rest % 94);
      rest = Math.floor(rest / 94);
    } while (rest > 0);
    this.codes.set(point, code);
  }

  /** Takes a value. */
  record(point: TracePoint, timePs: number, value: TraceValue): void {
    if (this.fading.length > 0 && timePs > this.time) this.#fade();
    this.#at(timePs);
    this.#change(point, value);
    if (point.info.kind === "event") this.fading.push(point);
  }

  /** The file, up to `endPs`. */
  finish(endPs: number): string {
    if (this.fading.length > 0) this.#fade();
    if (endPs > this.time) this.#at(endPs);
    return `$timescale 1 ps $end\n${this.#header()}$enddefinitions $end\n${this.changes.join("\n")}\n`;
  }

  #fade(): void {
    this.#at(this.time + 1);
    for (const point of this.fading) this.#change(point, "");
    this.fading.length = 0;
  }

  #at(timePs: number): void {
    if (timePs === this.time) return;
    this.time = timePs;
    this.changes.push(`#${timePs}`);
  }

  #change(point: TracePoint, value: TraceValue): void {
    const code = this.codes.get(point)!;
    if (typeof value === "boolean") this.changes.push(`${value ? 1 : 0}${code}`);
    else if (typeof value === "string") this.changes.push(`s${escapeText(value)} ${code}`);
    else if (Number.isInteger(value)) this.changes.push(`b${BigInt.asUintN(64, BigInt(value)).toString(2)} ${code}`);
    else this.changes.push(`r${value} ${code}`);
  }

  #header(): string {
    const root: Scope = { scopes: new Map(), variables: [] };
    for (const point of this.codes.keys()) {
      const names = point.path.split(".");
      const name = names.pop()!;
      let scope = root;
      for (const part of names) {
        let inner = scope.scopes.get(part);
        if (inner === undefined) scope.scopes.set(part, inner = { scopes: new Map(), variables: [] });
        scope = inner;
      }
      scope.variables.push({ name, point });
    }
    return this.#printScope(root);
  }

  #printScope(scope: Scope): string {
    const variables = scope.variables.map(({ name, point }) => {
      const [type, width] = this.#typeOf(point);
      return `$var ${type} ${width} ${this.codes.get(point)} ${name} $end\n`;
    });
    const scopes = [...scope.scopes].map(([name, inner]) =>
      `$scope module ${name} $end\n${this.#printScope(inner)}$upscope $end\n`
    );
    return variables.join("") + scopes.join("");
  }

  #typeOf(point: TracePoint): [type: string, width: number] {
    const { unit, width, kind } = point.info;
    if (unit === "text" || kind === "event") return ["string", 1];
    return ["wire", width ?? (unit === "bool" ? 1 : 32)];
  }
}

/** A text without the characters that end a value. */
function escapeText(text: string): string {
  return text.replace(/[\\\s]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`);
}
