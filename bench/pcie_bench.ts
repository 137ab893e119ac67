/**
 * The card: commands through its scheduler, a kernel's arithmetic, memory over a long run.
 * @module
 */
import { iops } from "../examples/card/iops.ts";
import { RowProduct } from "../hw/pcie/kernels/row_product.ts";
import { type Bench, cpuSeconds, perCpuSecond } from "./bench.ts";

const COMMANDS = 1_000_000;

/** Bytes of the heap in use, after a collection. */
function heapBytes(): number {
  (globalThis as unknown as { gc?: () => void }).gc?.();
  return Deno.memoryUsage().heapUsed;
}

/** The card's rows. */
export const benches: readonly Bench[] = [
  {
    name: "card.commands",
    unit: "commands/s",
    better: "higher",
    note: "commands from the host's driver through link, queue and scheduler to 15 units that do nothing, and back",
    goal: 300_000,
    run: () =>
      perCpuSecond(() => {
        iops({ commands: COMMANDS, queue: 32, units: 15, kernel: "nop" });
        return COMMANDS;
      }),
  },
  {
    name: "card.commands.hello",
    unit: "commands/s",
    better: "higher",
    note: "the same with one unit that writes a greeting to card memory",
    run: () =>
      perCpuSecond(() => {
        iops({ commands: COMMANDS, queue: 32 });
        return COMMANDS;
      }),
  },
  {
    name: "card.commands.growth",
    unit: "B",
    better: "lower",
    note: "memory kept after 10^6 commands, less that after 10^5, both after a collection",
    samples: 1,
    run: () => {
      const kept = (commands: number) => {
        const report = iops({ commands, queue: 32, units: 15, kernel: "nop" });
        const bytes = heapBytes();
        if (report.machine.sim.now === 0) throw new Error("the machine has to be kept until here");
        return bytes;
      };
      kept(1e5);
      return kept(1e6) - kept(1e5);
    },
  },
  {
    name: "card.mmult.seconds",
    unit: "s",
    better: "lower",
    note: "arithmetic of one 512 x 512 product, row by row, as the mmult kernel does it; goal: at most 0.3 s",
    run: () => {
      const n = 512;
      const product = new RowProduct(n);
      const a = Int32Array.from({ length: n * n }, (_, i) => i % 100);
      product.matrix.set(a.slice().reverse());
      const start = cpuSeconds();
      for (let row = 0; row < n; row++) product.of(a.subarray(row * n, (row + 1) * n));
      return cpuSeconds() - start;
    },
  },
];
