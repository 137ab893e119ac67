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
