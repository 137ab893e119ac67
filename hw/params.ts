/**
 * Parameters of components: a default, a unit, a description and where the number comes from, for each.
 * @module
 */
import { SimulationError } from "../sim/mod.ts";

/** One parameter. */
export interface Param<T> {
  /** The value if nobody gives another; a parameter without one has to be given. */
  readonly default?: T;
  /** Unit: `cycle` and `B` for whole numbers from 0 on, `Hz`, `ns`, `1` for plain counts. */
  readonly unit: string;
  /** One line that says what it is. */
  readonly description: string;
  /** Where the number comes from: an RTL measurement, a manual, a paper, `assumed`, `calibrated`. */
  readonly source: string;
  /** The smallest value that makes sense. */
  readonly min?: number;
  /** The largest value that makes sense. */
  readonly max?: number;
}

/** All parameters of a kind of component. */
export type ParamTable<P> = { readonly [K in keyof P]-?: Param<P[K]> };

/** A parameter as a component has it, for reports. */
export interface ParamValue {
  /** Field name. */
  readonly name: string;
  /** The value in force. */
  readonly value: unknown;
  /** Unit of the value. */
  readonly unit: string;
  /** One line that says what it is. */
  readonly description: string;
  /** Where the default comes from, or `given` if it is not the default. */
  readonly source: string;
}

/** Units that only come in whole numbers, because a process cannot wait for half a cycle. */
const WHOLE_UNITS: readonly string[] = ["cycle", "B"];

/**
 * The values in force: the table's defaults with what was given. Throws a SimulationError that lists every unknown,
 * missing and impossible one.
 */
export function resolveParams<P extends object>(path: string, table: ParamTable<P>, given: Partial<P>): Readonly<P> {
  const known = Object.keys(table);
  const problems = Object.keys(given).filter((name) => !known.includes(name)).map((name) =>
    `it has no parameter "${name}"; ` +
    (known.length === 0
      ? "its class declares none, which a static table `params` would do"
      : `there ${known.length === 1 ? "is only" : "are"} ${known.join(", ")}`)
  );
  const values: Record<string, unknown> = {};
  for (const [name, param] of Object.entries(table) as [string, Param<unknown>][]) {
    const value = (given as Record<string, unknown>)[name] ?? param.default;
    const problem = value === undefined ? "has no default and was not given" : misfit(value, param);
    if (problem !== null) problems.push(`parameter "${name}" (${param.description}, in ${param.unit}) ${problem}`);
    values[name] = value;
  }
  if (problems.length > 0) throw new SimulationError(`Cannot make ${path}: ${problems.join("; and ")}`);
  return Object.freeze(values) as Readonly<P>;
}

function misfit(value: unknown, { unit, min, max }: Param<unknown>): string | null {
  if (typeof value !== "number") return null;
  if (!Number.isFinite(value)) return `is ${value}; it has to be a finite number`;
  if (WHOLE_UNITS.includes(unit) && !(Number.isInteger(value) && value >= 0)) {
    return `is ${value}; it has to be a whole number, 0 or more`;
  }
  if (min !== undefined && value < min) return `is ${value}; it has to be ${min} or more`;
  if (max !== undefined && value > max) return `is ${value}; it has to be ${max} or less`;
  return null;
}
