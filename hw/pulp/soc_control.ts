/**
 * Registers that concern the whole chip.
 * @module
 */
import { Mapped } from "../bus/access.ts";
import { RegisterBlock } from "../bus/register_block.ts";
import { Component } from "../component.ts";
import type { Target } from "../port.ts";

/** The status register by which firmware ends: a word stored there is the exit status. */
export class SocControl extends Component {
  /** The registers. */
  readonly registers: RegisterBlock<"INFO" | "CORESTATUS"> = new RegisterBlock(this, "registers", {
    INFO: { offset: 0x00, access: "ro", reset: 0x0008_0001, description: "cores in the cluster, clusters" },
    CORESTATUS: { offset: 0xa0, description: "exit status; a store ends the run" },
  }, { CORESTATUS: { write: (value) => this.#exit(value) } });
  /** The registers over the bus. */
  readonly port: Target<Mapped> = this.target("port", Mapped, this.registers.mapped);
  /** What firmware ended with, or null while it runs. */
  exitStatus: number | null = null;

  #exit(value: number): void {
    this.exitStatus = value;
    this.sim.stop();
  }
}
