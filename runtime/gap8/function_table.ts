/**
 * Code has addresses: functions written in TypeScript can be handed over in 32-bit words, as on the chip.
 * @module
 */
import { hex } from "../../hw/mod.ts";
import { type Process, SimulationError } from "../../sim/mod.ts";

/** What a function is called in messages. */
export function nameOf(entry: { readonly name: string }): string {
  return entry.name === "" ? "a function without a name" : entry.name;
}

/** Throws a SimulationError unless `entry` is a function; `verb` and `where` say what it was wanted for. */
export function checkFunction(entry: unknown, verb: string, where: string): void {
  if (typeof entry === "function") return;
  throw new SimulationError(
    `Cannot ${verb} ${
      entry === undefined ? "undefined" : JSON.stringify(entry) ?? typeof entry
    } on ${where}: it is no ` +
      "function; write function* (rt) { ... }, or check what was imported",
  );
}

/** What a function of the firmware returned, if it is a behaviour to run. Throws a SimulationError for anything else. */
export function behaviourOf<R>(
  body: Process<R> | void,
  entry: { readonly name: string },
  where: string,
): Process<R> | undefined {
  if (body === undefined || typeof (body as Partial<Process<R>> | null)?.[Symbol.iterator] === "function") {
    return body as Process<R> | undefined;
  }
  throw new SimulationError(
    `Cannot run ${
      nameOf(entry)
    } on ${where}: it returned ${typeof body} ${body} and not a behaviour; write function*, or ` +
      "return nothing if it has no loads, stores and waits",
  );
}

/** Gives each function an address, and finds it again. */
export class FunctionTable<F extends { readonly name: string }> {
  private readonly base: number;
  private readonly addresses = new Map<F, number>();
  private readonly functions = new Map<number, F>();

  /** Addresses are given out from `base` on, 4 bytes apart, so that bit 0 is free for flags. */
  constructor(base: number) {
    this.base = base;
  }

  /** The address of a function; the first call gives it one. */
  addressOf(entry: F): number {
    let address = this.addresses.get(entry);
    if (address === undefined) {
      address = this.base + 4 * this.addresses.size;
      this.addresses.set(entry, address);
      this.functions.set(address, entry);
    }
    return address;
  }

  /** The function at an address. Throws a SimulationError if there is none. */
  at(address: number): F {
    const entry = this.functions.get(address);
    if (entry === undefined) {
      throw new SimulationError(
        `Cannot call ${hex(address)}: no function has that address; a stale or overwritten function pointer`,
      );
    }
    return entry;
  }
}
