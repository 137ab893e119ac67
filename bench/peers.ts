/**
 * The same work in other simulators: our own programs for SystemC and SimPy, in `bench/peers/`.
 * @module
 */
import { fromFileUrl } from "@std/path";

/** Debian's packages with all that the peers' side needs. */
const PACKAGES = "apt-get install libsystemc-dev python3-simpy g++";
const HERE = fromFileUrl(new URL("./peers", import.meta.url));
const OUT = fromFileUrl(new URL("../out/peers", import.meta.url));

/** One benchmark and the same work elsewhere. */
export interface Pair {
  /** Name of the benchmark. */
  readonly bench: string;
  /** Where else. */
  readonly peer: "systemc" | "simpy";
  /** What exactly is compared with. */
  readonly against: string;
  /** Program in `bench/peers/`, without its ending. */
  readonly program: string;
  /** Its arguments. */
  readonly args: readonly string[];
  /** The ratio that has to be reached, if there is one. */
  readonly goal?: number;
}

const waits = [10, 1000].flatMap((count): Pair[] => [
  {
    bench: `kernel.resume.${count}`,
    peer: "systemc",
    against: "SC_THREAD, wait(period)",
    program: "systemc_wait",
    args: [`${count}`],
    goal: 1.3,
  },
  {
    bench: `kernel.resume.${count}`,
    peer: "simpy",
    against: "yield hold, self, 1",
    program: "simpy_wait",
    args: [`${count}`],
    goal: 20,
  },
]);

/** What is compared with what. */
export const PAIRS: readonly Pair[] = [
  ...waits,
  {
    bench: "kernel.fifo.16",
    peer: "systemc",
    against: "sc_fifo, nb_write and nb_read",
    program: "systemc_fifo",
    args: ["try"],
    goal: 1.1,
  },
  {
    bench: "kernel.fifo.inline",
    peer: "systemc",
    against: "sc_fifo, nb_write and nb_read",
    program: "systemc_fifo",
    args: ["try"],
  },
  { bench: "kernel.fifo.16", peer: "simpy", against: "Store, put and get", program: "simpy_fifo", args: [] },
  {
    bench: "kernel.fifo.wait",
    peer: "systemc",
    against: "sc_fifo, write and read",
    program: "systemc_fifo",
    args: ["wait"],
  },
  { bench: "kernel.fifo.wait", peer: "simpy", against: "Store, put and get", program: "simpy_fifo", args: [] },
];

/** A pair's program, ready to run: it gives one sample, in the benchmark's unit. */
export type PeerProgram = () => Promise<number>;

/** Builds a pair's program. Throws an Error that says what to install if it cannot be built. */
export async function buildPeer({ peer, program, args }: Pair): Promise<PeerProgram> {
  if (peer === "systemc") {
    const binary = `${OUT}/${program}`;
    await Deno.mkdir(OUT, { recursive: true });
    await output("SystemC", "g++", ["-O2", "-o", binary, `${HERE}/${program}.cpp`, "-lsystemc"]);
    return async () => value(await output("SystemC", binary, args));
  }
  // Debian's package is for Debian's Python, which need not be the first one on the path.
  const pythons = ["python3", "/usr/bin/python3"];
  const tried = await Promise.all(pythons.map((python) => runs(python, ["-c", "import SimPy.Simulation"])));
  const python = pythons[tried.indexOf(true)];
  if (python === undefined) throw new Error(`Cannot compare with SimPy: no Python here has it; ${PACKAGES}`);
  return async () => value(await output("SimPy", python, [`${HERE}/${program}.py`, ...args]));
}

function value(line: string): number {
  return (JSON.parse(line) as { value: number }).value;
}

async function runs(command: string, args: readonly string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args: [...args], stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

async function output(peer: string, command: string, args: readonly string[]): Promise<string> {
  let why: string;
  try {
    const { success, stdout, stderr } = await new Deno.Command(command, { args: [...args] }).output();
    const text = new TextDecoder();
    if (success) return text.decode(stdout);
    why = text.decode(stderr).split("\n").find((line) => /error/i.test(line)) ?? `${command} failed`;
  } catch (error) {
    why = (error as Error).message;
  }
  throw new Error(`Cannot compare with ${peer}: ${why}; ${PACKAGES}`);
}
