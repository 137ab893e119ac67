/**
 * The memory-mapped standard output.
 * @module
 */
import { SimulationError, type TracePoint } from "../../sim/mod.ts";
import { Mapped } from "../bus/access.ts";
import { hex } from "../bus/address_map.ts";
import { Component } from "../component.ts";
import type { Target } from "../port.ts";

/** Bytes of address space per core, and per cluster. */
const CORE_STRIDE = 8, CLUSTER_STRIDE = 128;

/**
 * Takes characters, one window per core, and gives out whole lines in the order in which their line ends arrive.
 */
export class Stdout extends Component {
  /** Where characters are stored: offset `core * 8 + cluster * 128`. */
  readonly port: Target<Mapped> = this.target("port", Mapped, this);
  /** The lines so far. */
  readonly lines: string[] = [];
  private readonly partial = new Map<number, string>();
  private readonly listeners: ((line: string) => void)[] = [];
  private readonly trace: TracePoint<string> = this.tracePoint("lines", {
    kind: "event",
    unit: "text",
    description: "lines printed",
    canonical: true,
  });

  /** Has every line told to `listener`. */
  onLine(listener: (line: string) => void): void {
    this.listeners.push(listener);
  }

  /** Nothing can be read. */
  read(offset: number): number {
    throw new SimulationError(`Cannot read ${this.where()} at offset ${hex(offset)}: it takes characters only`);
  }

  /** Takes a character. */
  write(offset: number, _sizeBytes: number, value: number): void {
    if (offset % CORE_STRIDE !== 0) {
      throw new SimulationError(
        `Cannot write to ${this.where()} at offset ${hex(offset)}: a core's window is at core * ${CORE_STRIDE} + ` +
          `cluster * ${CLUSTER_STRIDE}`,
      );
    }
    const character = String.fromCharCode(value & 0xff);
    const line = this.partial.get(offset) ?? "";
    if (character !== "\n") {
      this.partial.set(offset, line + character);
      return;
    }
    this.partial.delete(offset);
    this.#finish(line);
  }

  /** Gives out what has no line end yet, as the end of a run does. */
  flush(): void {
    for (const offset of [...this.partial.keys()].sort((a, b) => a - b)) {
      this.#finish(this.partial.get(offset)!);
      this.partial.delete(offset);
    }
  }

  #finish(line: string): void {
    this.lines.push(line);
    this.trace.emit(line);
    for (const listener of this.listeners) listener(line);
  }
}
