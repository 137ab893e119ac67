/**
 * Waveforms as Value Change Dump (IEEE 1364-2005, 18).
 * @module
 */
import type { TracePoint, TraceSink, TraceValue } from "./hub.ts";

/** A number, whose form depends on whether its point ever has a fraction or a text. */
interface NumberChange {
  readonly point: TracePoint;
  readonly value: number;
}

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
  private readonly changes: (string | NumberChange)[] = [];
  /** Points that had a number with a fraction. */
  private readonly reals = new Set<TracePoint>();
  /** Points that had a text, whatever their unit: signals of objects and of strings. */
  private readonly texts = new Set<TracePoint>();
  /** Bits that have become true in the present moment. */
  private readonly rising = new Set<TracePoint>();
  /** What has to be shown one picosecond after the present moment: the ends of events and of pulses. */
  private readonly fading = new Map<TracePoint, TraceValue>();
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
    if (timePs > this.time) this.#leave();
    this.#at(timePs);
    if (this.rising.has(point)) {
      this.fading.set(point, value);
      return;
    }
    if (point.info.kind === "event") this.fading.set(point, "");
    else if (value === true) this.rising.add(point);
    this.#change(point, value);
  }

  /** The file, up to `endPs`. */
  finish(endPs: number): string {
    this.#leave();
    if (endPs > this.time) this.#at(endPs);
    const changes = this.changes.map((change) => typeof change === "string" ? change : this.#printNumber(change));
    return `$timescale 1 ps $end\n${this.#header()}$enddefinitions $end\n${changes.join("\n")}\n`;
  }

  /** Ends the present moment. */
  #leave(): void {
    this.rising.clear();
    if (this.fading.size === 0) return;
    this.#at(this.time + 1);
    for (const [point, value] of this.fading) this.#change(point, value);
    this.fading.clear();
  }

  #at(timePs: number): void {
    if (timePs === this.time) return;
    this.time = timePs;
    this.changes.push(`#${timePs}`);
  }

  #change(point: TracePoint, value: TraceValue): void {
    const code = this.codes.get(point)!;
    if (isText(point) || typeof value === "string") {
      this.texts.add(point);
      this.changes.push(`s${escapeText(String(value))} ${code}`);
    } else if (typeof value === "boolean") this.changes.push(`${value ? 1 : 0}${code}`);
    else {
      if (!Number.isInteger(value)) this.reals.add(point);
      this.changes.push({ point, value });
    }
  }

  #printNumber({ point, value }: NumberChange): string {
    const code = this.codes.get(point)!;
    if (this.texts.has(point)) return `s${value} ${code}`;
    if (this.reals.has(point)) return `r${value} ${code}`;
    return `b${BigInt.asUintN(widthOf(point), BigInt(value)).toString(2)} ${code}`;
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
    if (isText(point) || this.texts.has(point)) return ["string", 1];
    return this.reals.has(point) ? ["real", 64] : ["wire", widthOf(point)];
  }
}

/** Whether a waveform shows it as text. */
function isText({ info: { kind, unit } }: TracePoint): boolean {
  return kind === "event" || unit === "text";
}

/** Bits of a number or truth value. */
function widthOf({ info: { width, unit } }: TracePoint): number {
  return width ?? (unit === "bool" ? 1 : 32);
}

/** A text without the characters that end a value. */
function escapeText(text: string): string {
  return text.replace(/[\\\s]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`);
}
