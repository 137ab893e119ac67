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
  const ps = wholePart(value * psPerUnit);
  if (ps === null) {
    throw new SimulationError(`Cannot make a duration of ${value} ${unit}: it is not a whole number of picoseconds`);
  }
  return new Duration(ps);
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
    const cycles = BigInt(this.numerator), periodPs = BigInt(PS_PER_SECOND) * BigInt(this.denominator);
    if (periodPs > BigInt(LAST_PS) * cycles) {
      throw new SimulationError(
        `Cannot use a frequency of ${numerator}/${denominator} Hz: its period is past 2^53 ps (${
          formatTime(LAST_PS)
        }), the end of simulated time`,
      );
    }
    if (periodPs < cycles) {
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

/**
 * A frequency of `numerator / denominator` kilohertz; fractions down to a millihertz are fine. Throws a SimulationError
 * for finer ones.
 */
export function kHz(numerator: number, denominator: number = 1): Frequency {
  return scaled(numerator, denominator, 1e3, "kHz");
}

/**
 * A frequency of `numerator / denominator` megahertz; fractions down to a millihertz are fine. Throws a SimulationError
 * for finer ones: 100/3 MHz is `MHz(100, 3)`.
 */
export function MHz(numerator: number, denominator: number = 1): Frequency {
  return scaled(numerator, denominator, 1e6, "MHz");
}

function scaled(numerator: number, denominator: number, hertzPerUnit: number, unit: string): Frequency {
  const hertz = wholePart(numerator * hertzPerUnit);
  if (hertz !== null) return new Frequency(hertz, denominator);
  const millihertz = wholePart(numerator * hertzPerUnit * 1e3);
  if (millihertz !== null) return new Frequency(millihertz, denominator * 1e3);
  throw new SimulationError(
    `Cannot make a frequency of ${numerator} ${unit}: it is not a whole number of millihertz; where it is a fraction, ` +
      `give both parts, as in ${unit}(100, 3)`,
  );
}

/** The whole number that a product of decimals stands for, give or take what doubles lose; null if it stands for none. */
function wholePart(value: number): number | null {
  const rounded = Math.round(value);
  return Math.abs(value - rounded) <= Math.abs(value) * 2 ** -48 ? rounded : null;
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
