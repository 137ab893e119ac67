/**
 * Compute units that the driver starts and polls itself: without the card's scheduler, and where a unit has
 * `ap_ctrl_chain` (XRT 2019.2.0.3, sched_exec.c: "penguin" and "dataflow").
 * @module
 */
import type { ComputeUnit } from "../../../hw/pcie/compute_unit.ts";
import { CommandState, countOf } from "../../../hw/pcie/ert_packet.ts";
import { ARGUMENTS_OFFSET, Control } from "../../../hw/pcie/hls_registers.ts";
import type { PcieLink } from "../../../hw/pcie/pcie_link.ts";
import type { Process, Waitable } from "../../../sim/mod.ts";
import type { HostMachine } from "../host_machine.ts";
import type { Command } from "./kds.ts";
import type { ReadyList } from "./ready_list.ts";

/** A unit, as the driver knows it. */
interface Polled {
  readonly unit: ComputeUnit;
  readonly chained: boolean;
  /** Commands that it has been given, the oldest first: one, or several with `ap_ctrl_chain`. */
  readonly commands: Command[];
  /** Whether it takes another one, as far as the driver has seen. */
  open: boolean;
  /** Changes of its control register before the driver's last look. */
  seen: number;
}

/** The units of a design. */
export class PolledUnits {
  private readonly host: HostMachine;
  private readonly link: PcieLink;
  private readonly units: readonly Polled[];

  /** Units that are idle. */
  constructor(host: HostMachine, link: PcieLink, units: readonly ComputeUnit[]) {
    this.host = host;
    this.link = link;
    this.units = units.map((unit) => {
      const chained = unit.kernel.handshake === "ap_ctrl_chain";
      return { unit, chained, commands: [], open: true, seen: 0 };
    });
  }

  /** The command that a unit was given last and has not ended. */
  latest(unit: number): Command | null {
    return this.units[unit]?.commands.at(-1) ?? null;
  }

  /** What the next look waits for: changes of units that run; null if one has changed since the last look. */
  changes(): readonly Waitable[] | null {
    const running = this.units.filter(({ commands }) => commands.length > 0);
    if (running.some(({ unit, seen }) => unit.statusChanges !== seen)) return null;
    return running.map(({ unit }) => unit.statusChange);
  }

  /** Looks at the units that run, and ends what is done. */
  *poll(end: (command: Command) => void): Process {
    for (const polled of this.units) {
      const { unit, chained, commands } = polled;
      if (commands.length === 0) continue;
      const { address } = unit.params;
      polled.seen = unit.statusChanges;
      const status = yield* this.link.read32(address);
      if ((status & Control.done) !== 0) {
        if (chained) {
          yield this.host.time(this.host.params.registerStoreNs);
          this.link.write32(address, Control.continue);
        }
        end(commands.shift()!);
      }
      polled.open = commands.length === 0 || chained && (status & Control.start) === 0;
    }
  }

  /** Starts what is ready on units that take it; the lowest number goes first. */
  *start(ready: ReadyList): Process {
    const unitFor = ({ packet }: Command) =>
      this.units.findIndex(({ open }, number) => open && (packet[1] >>> number & 1) === 1);
    for (let command; (command = ready.takeFirst((each) => unitFor(each) >= 0)) !== null;) {
      const number = unitFor(command);
      const polled = this.units[number];
      polled.open = false;
      if (polled.commands.push(command) === 1) polled.seen = polled.unit.statusChanges;
      command.slot = number;
      command.state = CommandState.running;
      const { address } = polled.unit.params;
      const words = countOf(command.packet[0]) - 1;
      const first = ARGUMENTS_OFFSET / 4;
      const { scheduleNs, registerStoreNs } = this.host.params;
      yield this.host.time(scheduleNs + (words - first + 1) * registerStoreNs);
      this.link.writeWords(address + ARGUMENTS_OFFSET, command.packet.subarray(2 + first, 2 + words));
      this.link.write32(address, Control.start);
    }
  }
}
