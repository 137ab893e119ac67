/**
 * The control and status registers that generator firmware can reach.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";
import { CoreCounters } from "./core_counters.ts";
import type { IssuePipeline } from "./issue_pipeline.ts";
import { CsrFile } from "./ri5cy/csr_file.ts";
import { Hart } from "./ri5cy/hart.ts";
import { CSR_CLEAR, CSR_SET, CSR_STATUS, CSR_WRITE, MicroOperation } from "./ri5cy/micro_operation.ts";
import { PerformanceCounters } from "./ri5cy/performance_counters.ts";
import { coreVariants } from "./ri5cy/variants.ts";
import { ri5cy } from "./isa/isa.ts";

const VARIANT = coreVariants.ri5cy_2019_11_fetch128;
const ACTIONS = { write: CSR_WRITE, set: CSR_SET, clear: CSR_CLEAR };
/** Registers of hardware loops, which generator firmware has no instructions for. */
const LOOPS = { first: 0x7c0, last: 0x7c6 };

/** RI5CY's registers without those of hardware loops, which a core without addresses of code does not have. */
export class FirmwareCsrs {
  readonly #file: CsrFile;
  readonly #counters: CoreCounters;

  /** The registers of `core`. */
  constructor(core: IssuePipeline) {
    const identity = { core: core.coreId, cluster: core.clusterId, bootAddress: 0 };
    this.#file = new CsrFile(VARIANT, new Hart(), new PerformanceCounters(VARIANT), identity);
    this.#counters = new CoreCounters(core);
  }

  /** Whether an access flushes the pipeline. */
  flushes(csr: number): boolean {
    const word = ri5cy.encode("csrrs", { csr });
    return new MicroOperation(word, ri5cy.decode(word), VARIANT).control === CSR_STATUS;
  }

  /** Reads and changes a register. Throws a SimulationError for a hardware loop, and what counters throw. */
  access(csr: number, action: "write" | "set" | "clear", value: number, where: () => string): number {
    if (csr >= LOOPS.first && csr <= LOOPS.last) {
      throw new SimulationError(
        `Cannot access CSR 0x${
          csr.toString(16)
        } on ${where()}: generator firmware has no registers of hardware loops; use ` +
          "hwloop",
      );
    }
    const registers = CoreCounters.has(csr) ? this.#counters : this.#file;
    const old = registers.read(csr);
    if (action === "write" || value !== 0) registers.write(csr, CsrFile.result(ACTIONS[action], old, value));
    return old;
  }
}
