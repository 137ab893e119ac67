/**
 * The canonical event stream: what happened, in an order that no engine, runtime or order of construction changes.
 * @module
 */
import { phaseOf, type TracePoint, type TraceSink, type TraceValue } from "./hub.ts";
import { Sha256 } from "./sha256.ts";

/** Characters that are collected before they are hashed. */
const CHUNK = 65_536;

interface Entry {
  readonly phase: number;
  readonly path: string;
  readonly value: TraceValue;
}

/**
 * Hashes the canonical stream. Attach it with `canonicalOnly`; each moment's records are sorted by phase and path, those
 * of one path stay in the order in which they happened.
 */
export class CanonicalTrace implements TraceSink {
  /** Lines so far. */
  lines = 0;
  private readonly hash = new Sha256();
  private readonly encoder = new TextEncoder();
  private readonly listener: ((line: string) => void) | null;
  private readonly moment: Entry[] = [];
  private text = "";
  private digest: string | null = null;

  /** A stream that also goes to `listener`, line by line, if there is one. */
  constructor(listener: ((line: string) => void) | null = null) {
    this.listener = listener;
  }

  /** Takes a record of the present moment. */
  record(point: TracePoint, _timePs: number, value: TraceValue): void {
    this.moment.push({ phase: phaseOf(point.info), path: point.path, value });
  }

  /** Sorts and hashes the moment. */
  endMoment(timePs: number): void {
    if (this.moment.length === 0) return;
    if (this.moment.length > 1) {
      this.moment.sort((a, b) => a.phase - b.phase || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    }
    for (const { phase, path, value } of this.moment) {
      const line = `${timePs} ${phase} ${path} ${value}\n`;
      this.text += line;
      this.listener?.(line);
      this.lines++;
    }
    this.moment.length = 0;
    if (this.text.length > CHUNK) this.#hashText();
  }

  /** SHA-256 of the stream, in hex; the stream ends here. */
  traceHash(): string {
    if (this.digest === null) {
      this.#hashText();
      this.digest = this.hash.hex();
    }
    return this.digest;
  }

  #hashText(): void {
    this.hash.update(this.encoder.encode(this.text));
    this.text = "";
  }
}

/** Whether a point belongs to the canonical stream; the filter to attach {@linkcode CanonicalTrace} with. */
export function canonicalOnly(point: TracePoint): boolean {
  return point.info.canonical === true;
}
