/**
 * The control and status registers that generator firmware can reach.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";
import { CsrFile } from "./ri5cy/csr_file.ts";
import { Hart } from "./ri5cy/hart.ts";
import { CSR_CLEAR, CSR_SET, CSR_STATUS, CSR_WRITE, MicroOperation } from "./ri5cy/micro_operation.ts";
import { PerformanceCounters } from "./ri5cy/performance_counters.ts";
import { coreVariants } from "./ri5cy/variants.ts";
import { ri5cy } from "./isa/isa.ts";

const VARIANT = coreVariants.ri5cy_2019_11_fetch128;
const ACTIONS = { write: CSR_WRITE, set: CSR_SET, clear: CSR_CLEAR };
/** Registers that read the pipeline itself: counters (PCCR, PCER, PCMR) and hardware loops. */
const OF_THE_PIPELINE: readonly (readonly [first: number, last: number])[] = [
  [0x780, 0x79f],
  [0x7c0, 0x7c6],
  [0x7e0, 0x7e1],
  [0xcc0, 0xcc1],
];

/** RI5CY's registers without those that show the pipeline, which a core without fetch does not have. */
export class FirmwareCsrs {
  readonly #file: CsrFile;

  /** @param core `mhartid`'s core number and its cluster */
  constructor(core: number, cluster: number) {
    this.#file = new CsrFile(VARIANT, new Hart(), new PerformanceCounters(VARIANT), { core, cluster, bootAddress: 0 });
  }

  /** Whether an access flushes the pipeline. */
  flushes(csr: number): boolean {
    const word = ri5cy.encode("csrrs", { csr });
    return new MicroOperation(word, ri5cy.decode(word), VARIANT).control === CSR_STATUS;
  }

  /** Reads and changes a register. Throws a SimulationError for a counter or a hardware loop. */
  access(csr: number, action: "write" | "set" | "clear", value: number, where: () => string): number {
    if (OF_THE_PIPELINE.some(([first, last]) => csr >= first && csr <= last)) {
      throw new SimulationError(
        `Cannot access CSR 0x${csr.toString(16)} on ${where()}: generator firmware has no such register; read the ` +
          `core's counters, and use hwloop`,
      );
    }
    const old = this.#file.read(csr);
    if (action === "write" || value !== 0) this.#file.write(csr, CsrFile.result(ACTIONS[action], old, value));
    return old;
  }
}
