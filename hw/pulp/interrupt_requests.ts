/**
 * The event unit's interrupts: which core is asked to take one, and what that does to its waits.
 *
 * Source: event_unit_flex 6b7a494 (event_unit_core), read; not recorded.
 * @module
 */

/** What interrupts make of a cycle of a waiting read; `none`: it goes on as without them. */
export const WaitEffect = { none: 0, wake: 1, sleep: 2, hold: 3, grant: 4, trigger: 5, release: 6 } as const;

/** Per core: an interrupt mask, the request line, and the states that an interrupt during a wait leads through. */
export class InterruptRequests {
  /** Per core: events that interrupt it. */
  readonly mask: Int32Array;
  /** Whether any core has had a mask since reset. */
  used = false;
  /** Cores whose request line is high in this cycle, one bit each; known once the cycle is arbitrated. */
  levels = 0;
  /** Per core: the highest of its interrupts. */
  readonly ids: Uint8Array;
  /** Cores, one bit each: whose wait an interrupt has ended, and that have not repeated it yet. */
  replaying = 0;
  /** Whose clock an interrupt has switched on in the cycle before. */
  waking = 0;
  /** Per core: interrupts that it has taken in this cycle. */
  readonly #taken: Int32Array;
  /** Request lines in the cycle before. */
  #before = 0;

  /** No core has a mask. */
  constructor(cores: number) {
    this.mask = new Int32Array(cores);
    this.ids = new Uint8Array(cores);
    this.#taken = new Int32Array(cores);
  }

  /** Back to the state after reset. */
  reset(): void {
    this.mask.fill(0);
    this.ids.fill(0);
    this.#taken.fill(0);
    this.used = false;
    this.levels =
      this.replaying =
      this.waking =
      this.#before =
        0;
  }

  /** Changes a core's mask. */
  setMask(core: number, mask: number): void {
    this.mask[core] = mask;
    if (mask !== 0) this.used = true;
  }

  /**
   * Finds the request lines of a cycle. `waiting` has cores that raise a wait and whose clock has neither been off nor
   * switched on by an interrupt: their line cannot rise any more, so that they fall asleep first.
   */
  arbitrate(buffers: Int32Array, waiting: number): void {
    let levels = 0;
    for (let core = 0; core < buffers.length; core++) {
      const active = buffers[core] & this.mask[core];
      if (active === 0) continue;
      this.ids[core] = 31 - Math.clz32(active);
      levels |= 1 << core;
    }
    this.levels = levels & ~(waiting & ~this.#before & ~this.replaying & ~this.waking);
  }

  /**
   * A cycle of a core's waiting read, with its events; one of {@linkcode WaitEffect}. `asleep`: its clock is off; `busy`: its
   * wait ends, or the one before is being cleared; `happened`: what it waits for has; `idle`: its clock could go off.
   */
  serve(core: number, events: number, asleep: boolean, busy: boolean, happened: boolean, idle: boolean): number {
    const bit = 1 << core;
    const interrupted = (events & this.mask[core]) !== 0;
    if (asleep) {
      if (!interrupted) return WaitEffect.none;
      this.waking |= bit;
      return WaitEffect.wake;
    }
    if ((this.waking & bit) !== 0) {
      this.waking &= ~bit;
      this.replaying |= bit;
      return WaitEffect.grant;
    }
    if (busy) return WaitEffect.none;
    if ((this.replaying & bit) === 0) {
      if ((this.#before & bit) === 0) return WaitEffect.none;
      this.replaying |= bit;
      return WaitEffect.trigger;
    }
    // The wait comes again after the handler: what it triggers, it has triggered.
    if (interrupted) return WaitEffect.grant;
    if (happened) {
      this.replaying &= ~bit;
      return WaitEffect.release;
    }
    if (!idle) return WaitEffect.hold;
    this.replaying &= ~bit;
    return WaitEffect.sleep;
  }

  /** A core takes an interrupt in this cycle: its event is gone at the end of it. */
  take(core: number, id: number): void {
    this.#taken[core] |= 1 << id;
  }

  /** Events of a core that are gone at the end of the cycle because it has taken them. */
  taken(core: number): number {
    return this.#taken[core];
  }

  /** The clock edge, with the new buffers; whether the next cycle would change a request line. */
  commit(buffers: Int32Array): boolean {
    this.#before = this.levels;
    this.#taken.fill(0);
    let busy = this.waking !== 0;
    for (let core = 0; core < buffers.length; core++) {
      const active = buffers[core] & this.mask[core];
      const before = (this.#before >>> core & 1) !== 0;
      if (before ? active === 0 || 31 - Math.clz32(active) !== this.ids[core] : active !== 0) busy = true;
    }
    return busy;
  }
}
