/**
 * Power rails of a card, for host programs.
 * @module
 */
import type { RailName } from "../../hw/pcie/power_monitor.ts";
import type { Process } from "../../sim/mod.ts";
import type { Device } from "./device.ts";

/** Something that can be measured (`pynq.pmbus.Sensor`). */
export class Sensor {
  /** Name: `12v_aux_power`. */
  readonly name: string;
  /** Unit of the value. */
  readonly unit: "V" | "A" | "W";
  private readonly device: Device;
  private readonly sample: () => number;

  /** Made by devices. */
  constructor(device: Device, name: string, unit: "V" | "A" | "W", sample: () => number) {
    this.device = device;
    this.name = name;
    this.unit = unit;
    this.sample = sample;
  }

  /** The value now (`.value`); each read measures anew. */
  *value(): Process<number> {
    const { host } = this.device.pynq;
    yield host.time(host.params.sensorNs);
    return this.sample();
  }
}

/** A rail (`XrtRail`). */
export interface Rail {
  /** In V. */
  readonly voltage: Sensor;
  /** In A. */
  readonly current: Sensor;
  /** In W: voltage times current. */
  readonly power: Sensor;
}

/** Rails by name. */
export type Sensors = Readonly<Record<RailName, Rail>>;

/** The rails of a device. */
export function makeSensors(device: Device): Sensors {
  const { power } = device.driver.card;
  const rail = (name: RailName): Rail => ({
    voltage: new Sensor(device, `${name}_vol`, "V", () => milli(power.volts(name))),
    current: new Sensor(device, `${name}_curr`, "A", () => milli(power.power(name) / power.volts(name))),
    power: new Sensor(
      device,
      `${name}_power`,
      "W",
      () => milli(power.volts(name)) * milli(power.power(name) / power.volts(name)),
    ),
  });
  return { "vccint": rail("vccint"), "12v_aux": rail("12v_aux"), "12v_pex": rail("12v_pex") };
}

/** The controller counts millivolts and milliamperes. */
function milli(value: number): number {
  return Math.round(value * 1000) / 1000;
}
