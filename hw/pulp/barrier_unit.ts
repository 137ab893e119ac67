/**
 * The hardware barriers of an event unit.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";

/** Offsets inside one barrier's registers, which lie 0x20 apart. */
export const BarrierOffset = {
  triggerMask: 0x00,
  status: 0x04,
  targetMask: 0x0c,
  trigger: 0x10,
  triggerSelf: 0x14,
  triggerWait: 0x18,
  triggerWaitClear: 0x1c,
} as const;

/** Bytes of address space per barrier. */
export const BARRIER_STRIDE = 0x20;

/** Which barrier and which of its registers an offset means. */
export interface BarrierRegister {
  /** Number of the barrier. */
  readonly index: number;
  /** One of {@linkcode BarrierOffset}. */
  readonly offset: number;
}

/** Barriers with a team each: when all of the team have arrived, the targets get an event and the barrier is empty again. */
export class BarrierUnit {
  private readonly arrived: Int32Array;
  private readonly team: Int32Array;
  private readonly targets: Int32Array;
  private readonly where: () => string;

  /** Empty barriers without teams; `where` says where they are and when, for errors. */
  constructor(barriers: number, where: () => string) {
    this.arrived = new Int32Array(barriers);
    this.team = new Int32Array(barriers);
    this.targets = new Int32Array(barriers);
    this.where = where;
  }

  /** Which register lies at an offset from the first barrier, or null. */
  decode(offset: number): BarrierRegister | null {
    const index = Math.floor(offset / BARRIER_STRIDE);
    return index >= 0 && index < this.team.length ? { index, offset: offset % BARRIER_STRIDE } : null;
  }

  /** Back to empty barriers without teams. */
  reset(): void {
    for (const masks of [this.arrived, this.team, this.targets]) masks.fill(0);
  }

  /** Cores arrive; gives the mask of those that get an event, 0 if somebody is missing. Throws if there is no team. */
  arrive(index: number, cores: number): number {
    const team = this.team[index];
    if (team === 0) {
      throw new SimulationError(
        `Cannot arrive at barrier ${index} of ${this.where()}: its team mask is 0; fork a team first`,
      );
    }
    this.arrived[index] |= cores;
    if ((this.arrived[index] & team) !== team) return 0;
    this.arrived[index] = 0;
    return this.targets[index];
  }

  /** Who is there and who is not, for reports. */
  describe(index: number): string {
    const team = this.team[index], there = this.arrived[index] & team;
    return `barrier ${index}: ${coreList(there)} of its team ${there === 0 || isOne(there) ? "is" : "are"} there, ` +
      `${coreList(team & ~there)} ${isOne(team & ~there) ? "is" : "are"} not`;
  }

  /** Reads a register; undefined if it cannot be read. */
  read({ index, offset }: BarrierRegister): number | undefined {
    if (offset === BarrierOffset.triggerMask) return this.team[index];
    if (offset === BarrierOffset.status) return this.arrived[index];
    if (offset === BarrierOffset.targetMask) return this.targets[index];
    return undefined;
  }

  /** Writes a mask register; false if the register holds no mask. */
  writeMask({ index, offset }: BarrierRegister, value: number): boolean {
    if (offset === BarrierOffset.triggerMask) this.team[index] = value;
    else if (offset === BarrierOffset.targetMask) this.targets[index] = value;
    else return false;
    return true;
  }
}

function isOne(mask: number): boolean {
  return (mask & (mask - 1)) === 0;
}

/** `core 3`, `cores 0, 1 and 7`, `nobody`. */
function coreList(mask: number): string {
  const cores: number[] = [];
  for (let left = mask; left !== 0; left &= left - 1) cores.push(31 - Math.clz32(left & -left));
  if (cores.length === 0) return "nobody";
  if (cores.length === 1) return `core ${cores[0]}`;
  return `cores ${cores.slice(0, -1).join(", ")} and ${cores[cores.length - 1]}`;
}
