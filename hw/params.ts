/**
 * Parameters of components: a default, a unit, a description and where the number comes from, for each.
 * @module
 */
import { SimulationError } from "../sim/mod.ts";

/** One parameter. */
export interface Param<T> {
  /** The value if nobody gives another; a parameter without one has to be given. */
  readonly default?: T;
  /** Unit: `cycle`, `B`, `Hz`, `1` for plain counts. */
  readonly unit: string;
  /** One line that says what it is. */
  readonly description: string;
  /** Where the number comes from: an RTL measurement, a manual, a paper, `assumed`, `calibrated`. */
  readonly source: string;
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

/** The values in force: the table's defaults with what was given. Throws a SimulationError on unknown or missing ones. */
export function resolveParams<P extends object>(path: string, table: ParamTable<P>, given: Partial<P>): Readonly<P> {
  const known = Object.keys(table);
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) {
      throw new SimulationError(
        `Cannot make ${path}: it has no parameter "${name}"; there ${
          known.length === 0 ? "are none" : `are ${known.join(", ")}`
        }`,
      );
    }
  }
  const values: Record<string, unknown> = {};
  for (const [name, param] of Object.entries(table) as [string, Param<unknown>][]) {
    const value = (given as Record<string, unknown>)[name] ?? param.default;
    if (value === undefined) {
      throw new SimulationError(
        `Cannot make ${path}: parameter "${name}" (${param.description}, ${param.unit}) has no default and was not given`,
      );
    }
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw new SimulationError(`Cannot make ${path}: parameter "${name}" is ${value}; it has to be a finite number`);
    }
    values[name] = value;
  }
  return Object.freeze(values) as Readonly<P>;
}
