/**
 * Handles on kernel runs.
 * @module
 */
import type { ComputeUnit } from "../../hw/pcie/compute_unit.ts";
import { CommandState } from "../../hw/pcie/ert_packet.ts";
import { Control } from "../../hw/pcie/hls_registers.ts";
import type { Process } from "../../sim/mod.ts";
import type { Device } from "./device.ts";
import type { Command } from "./xrt/kds.ts";
import { PynqError } from "./xrt/errors.ts";

/** A run that somebody can wait for. */
export interface WaitHandle {
  /** Waits until it is over. */
  wait(): Process;
}

/** A run that the host started itself (`pynq.overlay.WaitHandle`): waiting polls the unit's control register. */
export class PolledHandle implements WaitHandle {
  /** The unit. */
  readonly target: ComputeUnit;
  /** What reports call the run. */
  readonly label: string;
  private readonly device: Device;
  private readonly mark: unknown;
  private readonly run: number;

  /** Made by kernels, once the unit was told to start. */
  constructor(device: Device, unit: ComputeUnit, mark: unknown, label: string) {
    this.device = device;
    this.target = unit;
    this.mark = mark;
    this.label = label;
    this.run = unit.runs.value + 1;
  }

  /** For buffers: whether the run is over on the card, whoever has seen it. */
  get over(): boolean {
    return this.target.runs.value >= this.run;
  }

  /**
   * Polls until the unit is idle. Reads that would see the same as the one before are counted, not simulated; the one
   * that sees the end comes when it would have come.
   */
  *wait(): Process {
    const { driver, pynq } = this.device;
    const { host } = pynq;
    const { sim, statusChange, params } = this.target;
    pynq.says(`polls ${this.target.name}`);
    for (;;) {
      const began = sim.now;
      const status = yield* driver.readRegister(params.address);
      if ((status & Control.idle) !== 0) break;
      const turnPs = sim.now - began + host.params.pythonPollNs * 1000;
      const next = sim.now + host.params.pythonPollNs * 1000;
      if (this.target.busy) yield statusChange;
      const skipped = Math.max(0, Math.ceil((sim.now - next) / turnPs));
      host.idlePolls.add(skipped);
      const wait = next + skipped * turnPs - sim.now;
      if (wait > 0) yield host.time(wait / 1000);
    }
    pynq.says("");
    pynq.waited(this.mark);
  }
}

/** A run that went through the scheduler (`pynq.pl_server.xrt_device.ErtWaitHandle`). */
export class ErtWaitHandle implements WaitHandle {
  /** The card. */
  readonly device: Device;
  /** The command. */
  readonly command: Command;
  private seen = false;

  /** Made by kernels. */
  constructor(device: Device, command: Command) {
    this.device = device;
    this.command = command;
  }

  /** Whether it is over, as far as some `wait` has noticed. */
  get done(): boolean {
    return this.seen || this.device.pynq.noticed(this.command);
  }

  /**
   * Waits until it is over. Throws a {@linkcode PynqError} if the command failed, where PYNQ returns and says nothing;
   * so does ours in compatibility mode.
   */
  *wait(): Process {
    const { driver, pynq } = this.device;
    const { command } = this;
    pynq.says(`waits for ${command.label}`);
    while (!command.over) yield driver.execWait();
    pynq.says("");
    pynq.notice();
    this.seen = true;
    pynq.waited(command.mark);
    if (command.state === CommandState.completed || pynq.compatible) return;
    const why = command.state === CommandState.abort
      ? "it was aborted"
      : "the scheduler refused it: a command of an opcode or unit that it does not know, or a ninth command that waits " +
        "for one and the same";
    throw new PynqError("RuntimeError", `Execution failed: ${command.state}`, `${command.label}: ${why}`);
  }
}
