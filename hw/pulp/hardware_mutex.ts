/**
 * The hardware mutex of an event unit.
 * @module
 */
import { SimulationError } from "../../sim/mod.ts";

/** A lock that goes from owner to the waiting core with the lowest number, with a word from one to the next. */
export class HardwareMutex {
  /** The word that the last owner left. */
  message = 0;
  private owner = -1;
  private waiting = 0;
  private readonly where: () => string;

  /** A free lock; `where` says where it is and when, for errors. */
  constructor(where: () => string) {
    this.where = where;
  }

  /** Back to a free lock. */
  reset(): void {
    this.owner = -1;
    this.waiting = 0;
    this.message = 0;
  }

  /** Who holds it, for reports. */
  describe(): string {
    return `mutex 0: ${this.owner < 0 ? "nobody holds it" : `core ${this.owner} holds it`}`;
  }

  /** A core asks; whether it is the owner at once. */
  lock(core: number): boolean {
    if (this.owner < 0) this.owner = core;
    else this.waiting |= 1 << core;
    return this.owner === core;
  }

  /** The owner gives the lock up; gives the next owner, -1 if nobody waits. Throws unless `core` is the owner. */
  unlock(core: number, message: number): number {
    if (this.owner !== core) {
      throw new SimulationError(
        `Cannot unlock mutex 0 of ${this.where()} by core ${core}: ${
          this.owner < 0 ? "nobody holds it" : `core ${this.owner} holds it`
        }`,
      );
    }
    this.message = message;
    this.owner = this.waiting === 0 ? -1 : 31 - Math.clz32(this.waiting & -this.waiting);
    if (this.owner >= 0) this.waiting &= ~(1 << this.owner);
    return this.owner;
  }
}
