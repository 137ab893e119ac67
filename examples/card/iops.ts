/**
 * Command rates, measured as XRT's own test does: a program in C that keeps a number of commands in flight.
 * @module
 */
import {
  Command,
  Hello,
  linkXclbin,
  Machine,
  type MachineOptions,
  Nop,
  Pynq,
  startUnitPacket,
} from "../../runtime/pynq/mod.ts";
import type { Process } from "../../sim/mod.ts";

/** What to measure. */
export interface IopsOptions {
  /** Commands in all. */
  readonly commands: number;
  /** Commands in flight at once. */
  readonly queue: number;
  /** Compute units. */
  readonly units?: number;
  /** What they do: write a greeting, or nothing. */
  readonly kernel?: "hello" | "nop";
  /** What differs from the default machine. */
  readonly machine?: Pick<MachineOptions, "host" | "cards" | "link">;
  /** Bytes of a slot of the command queue. */
  readonly slotBytes?: number;
}

/** What was measured. */
export interface IopsReport {
  /** Commands a second of simulated time. */
  readonly commandsPerSecond: number;
  /** Simulated time, in microseconds. */
  readonly simulatedUs: number;
  /** The machine afterwards. */
  readonly machine: Machine;
}

/** Runs that many commands of the hello kernel. */
export function iops(
  { commands, queue, units = 1, kernel = "hello", machine: options, slotBytes }: IopsOptions,
): IopsReport {
  const model = kernel === "hello" ? Hello : Nop;
  const linked = Array.from({ length: units }, (_, index) => ({ name: `${kernel}_${index + 1}`, model }));
  const machine = new Machine({
    ...options,
    files: { "verify.xclbin": linkXclbin({ units: linked }) },
    models: { hello: Hello, nop: Nop },
  });
  const pynq = new Pynq(machine, { slotBytes });
  const took = pynq.run(function* (): Process<number> {
    yield* pynq.overlay("verify.xclbin");
    const { driver } = pynq.activeDevice;
    const image = new Uint32Array(kernel === "hello" ? 6 : 5);
    if (kernel === "hello") {
      const { deviceAddress } = yield* pynq.allocate(16, "u1");
      image[4] = deviceAddress >>> 0;
      image[5] = Math.floor(deviceAddress / 2 ** 32);
    }
    const packet = startUnitPacket(2 ** units - 1, image);
    const inFlight: (Command | null)[] = new Array<Command | null>(queue).fill(null);
    const start = machine.sim.now;
    for (let issued = 0; issued < commands + queue; issued++) {
      const place = issued % queue;
      const oldest = inFlight[place];
      if (oldest !== null) { while (!oldest.over) yield driver.execWait(); }
      if (issued >= commands) continue;
      const command = new Command(packet, kernel);
      inFlight[place] = command;
      yield driver.execBuf();
      driver.kds.submit(command, []);
    }
    return machine.sim.now - start;
  });
  return { commandsPerSecond: commands / (took / 1e12), simulatedUs: took / 1e6, machine };
}
