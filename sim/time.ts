/**
 * Simulated time: integer picoseconds, in a JavaScript number. Exact up to 2^53 ps, about 2.5 hours.
 * @module
 */
import { SimulationError } from "./errors.ts";
import type { Activity } from "./activity.ts";
import type { Waitable } from "./wait.ts";

/** The last picosecond that a simulation can reach: 2^53 - 1 ps, about 2.5 h. */
export const LAST_PS: number = Number.MAX_SAFE_INTEGER;

/** Picoseconds in one second. */
export const PS_PER_SECOND = 1e12;

/** A length of time, a whole number of picoseconds. A process that yields one sleeps for that long. */
export class Duration implements Waitable {
  /** The length in picoseconds. */
  readonly ps: number;

  /** Use {@linkcode ps}, {@linkcode ns}, {@linkcode us}, {@linkcode ms} or {@linkcode sec} instead. */
  constructor(ps: number) {
    if (!Number.isSafeInteger(ps) || ps < 0) {
      throw new SimulationError(
        `Cannot make a duration of ${ps} ps: it has to be a whole number of picoseconds from 0 to 2^53 - 1`,
      );
    }
    this.ps = ps;
  }

  /** Puts a process to sleep for this long. */
  arm(waiter: Activity): void {
    waiter.sim.wakeAt(waiter, waiter.sim.now + this.ps);
  }

  /** What a deadlock report says of a process that sleeps. */
  describe(): string {
    return formatTime(this.ps);
  }
}

/** A duration of picoseconds. */
export function ps(value: number): Duration {
  return new Duration(value);
}

/** A duration of nanoseconds; fractions down to a picosecond are fine. */
export function ns(value: number): Duration {
  return whole(value, 1e3, "ns");
}

/** A duration of microseconds. */
export function us(value: number): Duration {
  return whole(value, 1e6, "us");
}

/** A duration of milliseconds. */
export function ms(value: number): Duration {
  return whole(value, 1e9, "ms");
}

/** A duration of seconds. */
export function sec(value: number): Duration {
  return whole(value, 1e12, "s");
}

function whole(value: number, psPerUnit: number, unit: string): Duration {
  const exact = value * psPerUnit;
  const rounded = Math.round(exact);
  if (!(Math.abs(exact - rounded) < 1e-6 * Math.max(1, Math.abs(exact) * 1e-6))) {
    throw new SimulationError(`Cannot make a duration of ${value} ${unit}: it is not a whole number of picoseconds`);
  }
  return new Duration(rounded);
}

/** A frequency in hertz, kept as a fraction so that 1400/9 MHz is exact. */
export class Frequency {
  /** Numerator, in Hz. */
  readonly numerator: number;
  /** Denominator. */
  readonly denominator: number;

  /** Use {@linkcode Hz}, {@linkcode kHz} or {@linkcode MHz} instead. Throws unless both are positive whole numbers. */
  constructor(numerator: number, denominator: number = 1) {
    const usable = Number.isSafeInteger(numerator) && Number.isSafeInteger(denominator) && numerator > 0 &&
      denominator > 0;
    if (!usable) {
      throw new SimulationError(
        `Cannot make a frequency of ${numerator}/${denominator} Hz: both have to be positive whole numbers`,
      );
    }
    const divisor = greatestCommonDivisor(numerator, denominator);
    this.numerator = numerator / divisor;
    this.denominator = denominator / divisor;
    if (this.denominator > Number.MAX_SAFE_INTEGER / PS_PER_SECOND) {
      throw new SimulationError(
        `Cannot use a frequency of ${numerator}/${denominator} Hz: its period in picoseconds is past 2^53`,
      );
    }
    if (this.numerator > PS_PER_SECOND * this.denominator) {
      throw new SimulationError(`Cannot use a frequency of ${this.hertz} Hz: its period is under one picosecond`);
    }
  }

  /** The value as a plain number of hertz, rounded where the fraction has no exact one. */
  get hertz(): number {
    return this.numerator / this.denominator;
  }

  /** For people: `50 MHz`. */
  toString(): string {
    const hertz = this.hertz;
    if (hertz >= 1e6) return `${trim(hertz / 1e6)} MHz`;
    return hertz >= 1e3 ? `${trim(hertz / 1e3)} kHz` : `${trim(hertz)} Hz`;
  }
}

/** A frequency of `numerator / denominator` hertz. */
export function Hz(numerator: number, denominator: number = 1): Frequency {
  return new Frequency(numerator, denominator);
}

/** A frequency of `numerator / denominator` kilohertz; fractions down to a millihertz are fine. */
export function kHz(numerator: number, denominator: number = 1): Frequency {
  return scaled(numerator, denominator, 1e3);
}

/** A frequency of `numerator / denominator` megahertz; fractions down to a hertz are fine. */
export function MHz(numerator: number, denominator: number = 1): Frequency {
  return scaled(numerator, denominator, 1e6);
}

function scaled(numerator: number, denominator: number, factor: number): Frequency {
  const exact = numerator * factor;
  const rounded = Math.round(exact);
  return Math.abs(exact - rounded) < 1e-6
    ? new Frequency(rounded, denominator)
    : new Frequency(Math.round(exact * 1000), denominator * 1000);
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

function trim(value: number): string {
  return String(Math.round(value * 1e6) / 1e6);
}

/** A time for people: `1.25 us`, always exact. */
export function formatTime(ps: number): string {
  if (ps === Infinity) return "never";
  const units: [number, string][] = [[1e12, "s"], [1e9, "ms"], [1e6, "us"], [1e3, "ns"]];
  for (const [factor, unit] of units) {
    if (ps >= factor) {
      const rest = String(ps % factor).padStart(Math.log10(factor), "0").replace(/0+$/, "");
      return `${Math.floor(ps / factor)}${rest === "" ? "" : `.${rest}`} ${unit}`;
    }
  }
  return `${ps} ps`;
}
