/**
 * A core that runs firmware written as generators and pays for its instruction fetches.
 * @module
 */
import { Phase, type Process } from "../../sim/mod.ts";
import { FetchBus, type FetchClient } from "../bus/fetch.ts";
import type { Initiator } from "../port.ts";
import { type CodeLayout, CodePlace } from "./code_layout.ts";
import { FirmwareCore } from "./firmware_core.ts";
import type { Reg } from "./registers.ts";

/** Bytes that the core fetches at once. Source: RI5CY with INSTR_RDATA_WIDTH=128, as pulp_cluster 9fd9c3e has it. */
const LINE_BYTES = 16;
/** From the request of a line to its answer, if it hits. Source: RTL simulation of icache_mp_128_pf ea28b3b. */
const HIT_CYCLES = 1;
/** From the request of a jump's target to its coming to decode. Source: RTL simulation of RI5CY be1fdf50. */
const FETCH_TO_DECODE = 2;
/**
 * Added when the target of a jump, or the instruction behind it, lies in two lines. Source: RTL simulation of RI5CY be1fdf50
 * with the 128-bit fetch.
 */
const CROSSING_CYCLES = 1;
/** Size of `p.elw`. */
const WAIT_BYTES = 4;
/** From the answer to a fetch to the first cycle in which a wait lets the clock go off. Source: RI5CY 12e1cda7 (core_busy). */
const STOP_CYCLES = 2;

/** A line that is needed: the cycle from which on the core waits for it, and how long before it was asked for. */
interface LineFetch {
  readonly address: number;
  needed: number;
  slack: number;
}

/** The line that is asked for ahead while the core waits for an access. */
interface Prefetch {
  readonly address: number;
  /** Cycles by which the core asks for it before the access is requested. */
  readonly lead: number;
  asked: boolean;
  /** The cycle in which it came, as if it had been asked for in time; Infinity if it has not. */
  came: number;
}

/**
 * Fetches line by line while it runs code with a layout; without one, its fetch is ideal. A line is asked for as the core's
 * prefetch buffer does, when the word before it comes up or a jump goes there; one that hits costs nothing, one that comes
 * late holds up all that follows. The core runs ahead of the clock until its next access: what it has missed until then it
 * fetches then, one line after the other, before the access. So the sum of the waits is right, while the bus sees them in
 * one piece. What it does not have is RI5CY's ghost division: a division behind which the core waits for a line is done
 * again meanwhile.
 */
export class FetchingCore extends FirmwareCore {
  /** Where instructions come from. */
  readonly fetch: Initiator<FetchBus> = this.initiator("fetch", FetchBus);

  private place: CodePlace | null = null;
  /** The line that the core has, or -1 behind a jump. */
  private current = -1;
  /** When the instruction before came to decode. */
  private before = 0;
  /** When the next line was asked for, because the last word of this one came up; or -1. */
  private ahead = -1;
  /** Whether the next instruction is the target of a jump; whether the one before was. */
  private isTarget = false;
  private behindTarget = false;
  private readonly fetches: LineFetch[] = [];
  private fetched = 0;
  private late = 0;
  private askedAt = 0;
  private prefetch: Prefetch | null = null;
  private waitsForPrefetch = false;
  private readonly fetching = this.sim.task(`${this.path}.fetch_lines`, () => this.#next(), { clock: this.clock });
  private readonly asking = this.sim.task(`${this.path}.ask_line`, () => this.#ask(), {
    clock: this.clock,
    phase: Phase.respond,
  });
  private readonly prefetching = this.sim.task(`${this.path}.prefetch_line`, () => this.#askAhead(), {
    clock: this.clock,
    phase: Phase.respond,
  });
  private readonly client: FetchClient = {
    initiator: this.path,
    port: this.params.coreId,
    arrive: () => this.#arrived(),
  };

  /** Runs `body` in code with a layout, then goes on where the core was. */
  override *inCode<R>(layout: CodeLayout, body: Process<R>): Process<R> {
    const { place } = this;
    this.place = new CodePlace(layout);
    this.#redirected();
    try {
      return yield* body;
    } finally {
      this.place = place;
      this.#redirected();
    }
  }

  /** The next instruction lies at a label of the code. */
  override label(name: string): void {
    this.place?.go(name);
  }

  /** Runs the body of a hardware loop again and again at the same place. */
  override *hwloop(count: number, body: (round: number) => Process | void): Process {
    yield* super.hwloop(count, this.#inPlace(body));
  }

  /** The same with the number of rounds in a register. */
  override *hwloopReg(rs1: Reg, body: (round: number) => Process | void): Process {
    yield* super.hwloopReg(rs1, this.#inPlace(body));
  }

  /** The core starts anew, in code without a layout. */
  protected override forgetHazards(): void {
    super.forgetHazards();
    this.place = null;
    this.#redirected();
    this.behindTarget = false;
    this.fetching.unqueue();
    this.asking.unqueue();
    this.prefetching.unqueue();
    this.prefetch = null;
    this.waitsForPrefetch = false;
    this.fetches.length = this.fetched = 0;
  }

  // ---- instructions take their places ----

  /** Fetches an instruction, then issues it. */
  protected override issue(a: number, b: number, c: number, target: number): void {
    if (this.place === null) return super.issue(a, b, c, target);
    const own = this.fetches.length;
    this.#step(this.place);
    const leaves = this.nextIssue + this.params.issueCycles;
    super.issue(a, b, c, target);
    this.#hide(own, this.nextIssue - leaves);
  }

  /** Fetches and issues several that need nothing but the ALU. */
  protected override issueMany(count: number): void {
    if (this.place === null) return super.issueMany(count);
    for (let i = 0; i < count; i++) {
      this.#step(this.place);
      super.issueMany(1);
    }
  }

  /** Fetches a load or a store, then begins it. */
  protected override beginAccess(a: number, b: number, c: number, target: number): void {
    if (this.place === null) return super.beginAccess(a, b, c, target);
    const own = this.fetches.length;
    this.#step(this.place);
    const leaves = this.nextIssue;
    super.beginAccess(a, b, c, target);
    this.#hide(own, this.nextIssue - leaves);
  }

  /** A branch; a taken one fetches its target. */
  protected override issueBranch(a: number, b: number, taken: boolean): boolean {
    super.issueBranch(a, b, taken);
    if (!taken) return false;
    // While a branch is in decode, the instruction behind it comes up, and may ask for the next line.
    if (this.place !== null && this.ahead < 0 && inLastWord(this.place.pc)) this.ahead = this.before;
    this.#redirected();
    return true;
  }

  /** A jump, which fetches its target. */
  protected override issueJump(target: number): void {
    super.issueJump(target);
    this.#redirected();
  }

  /** A jump through a register, which fetches its target. */
  protected override issueJumpThrough(a: number, target: number): void {
    super.issueJumpThrough(a, target);
    this.#redirected();
  }

  /** A fence: what is behind it is fetched anew. */
  protected override issueFence(): void {
    if (this.place !== null) this.#step(this.place);
    super.issueFence();
    this.#redirected();
  }

  /** The core goes elsewhere: whatever comes next is fetched, when the line that was asked for ahead has come. */
  #redirected(): void {
    if (this.place !== null && this.ahead >= 0) {
      const needed = this.enters - FETCH_TO_DECODE;
      this.#need(this.current + LINE_BYTES, needed, needed - this.ahead);
    }
    this.current = this.ahead = -1;
    this.isTarget = true;
  }

  #inPlace(body: (round: number) => Process | void): (round: number) => Process | void {
    let start = -1;
    return (round) => {
      const { place } = this;
      if (place !== null && start < 0) start = place.pc;
      else if (place !== null) {
        // The last instruction of a body asks for the first, not for what lies behind.
        place.pc = start;
        this.current = this.ahead = -1;
      }
      return body(round);
    };
  }

  /** An instruction is about to be issued: its line is fetched if the core does not have it. */
  #step(place: CodePlace): void {
    const { pc } = place;
    const size = place.size(() => this.where());
    const first = pc & -LINE_BYTES, last = (pc + size - 2) & -LINE_BYTES;
    const { isTarget } = this;
    const crosses = last !== first;
    // What keeps decode from taking the instruction hides the wait for its line.
    const needed = Math.max(this.enters, this.nextIssue) - 1;
    if (first !== this.current) this.#need(first, needed, this.ahead < 0 ? HIT_CYCLES : needed - this.ahead);
    if (crosses) this.#need(last, needed, isTarget ? HIT_CYCLES : needed - this.before);
    if (crosses && (isTarget || this.behindTarget)) {
      this.spend(this.fetchStalls, CROSSING_CYCLES);
      this.enters += CROSSING_CYCLES;
    }
    this.behindTarget = isTarget;
    this.isTarget = false;
    if (last !== this.current) this.ahead = -1;
    this.current = last;
    if (this.ahead < 0 && inLastWord(pc + size - 2)) this.ahead = this.before;
    this.before = this.enters;
    place.pc = pc + size;
  }

  /** An instruction that waits for its line does not wait for the load before it as well. */
  #hide(fetch: number, stalled: number): void {
    if (fetch === this.fetches.length) return;
    this.fetches[fetch].needed += stalled;
    this.fetches[fetch].slack += stalled;
  }

  #need(address: number, needed: number, slack: number): void {
    this.fetches.push({ address: address >>> 0, needed, slack: Math.max(slack, HIT_CYCLES) });
  }

  // ---- and are fetched, before the access that ends what the core has run ahead of the clock ----

  /** Fetches what the core has missed until now, then sends the access off. */
  protected override send(): void {
    if (this.fetches.length === 0) return this.#sendOff();
    this.late = 0;
    // Each line that misses takes its whole time on the bus, of which the core waits for a part.
    let early = 0;
    for (const { address, slack } of this.fetches) if (!this.fetch.hits(address)) early += slack;
    const wait = this.requestedAt - early - this.clock.cycles;
    if (wait > 0) this.fetching.after(wait);
    else this.#next();
  }

  /** Goes on to the next line that misses, or to the access when all are there. */
  #next(): void {
    const { fetches, prefetch } = this;
    while (this.fetched < fetches.length) {
      const { address, needed } = fetches[this.fetched];
      if (prefetch?.address === address) {
        this.waitsForPrefetch = prefetch.came === Infinity;
        if (this.waitsForPrefetch) return;
        this.late += Math.max(0, prefetch.came - needed - this.late);
        this.prefetch = null;
      } else if (!this.fetch.hit(this.client, address)) {
        this.asking.post();
        return;
      }
      this.fetched++;
    }
    fetches.length = this.fetched = 0;
    this.fetchStalls.value += this.late;
    this.requestedAt = Math.max(this.requestedAt + this.late, this.clock.cycles);
    this.enters += this.late;
    this.before += this.late;
    if (this.ahead >= 0) this.ahead += this.late;
    this.#sendOff();
  }

  #ask(): void {
    this.askedAt = this.clock.cycles;
    if (!this.fetch.request(this.client, this.fetches[this.fetched].address)) this.asking.after(1);
  }

  #arrived(): void {
    const { prefetch } = this;
    if (prefetch?.asked === true && prefetch.came === Infinity) {
      prefetch.came = this.clock.cycles - prefetch.lead;
      if (this.access.stopsFrom === Infinity) this.access.stopsFrom = prefetch.came + STOP_CYCLES;
      if (this.waitsForPrefetch) this.#next();
      return;
    }
    this.late += Math.max(0, this.clock.cycles - this.askedAt - this.fetches[this.fetched++].slack);
    this.#next();
  }

  /** Sends the access off; while the core waits for it, its next line may come. */
  #sendOff(): void {
    const { access } = this;
    access.stopsFrom = 0;
    super.send();
    const next = access.waits ? this.#lineBesideWait() : this.#lineAhead();
    if (next === null) return;
    const hits = this.fetch.hits(next.address);
    if (access.waits) access.stopsFrom = hits ? this.requestedAt - next.lead + HIT_CYCLES + STOP_CYCLES : Infinity;
    if (hits) return;
    // One that is still on its way and that nobody needed: the next follows it.
    if (this.prefetch?.asked === true && this.prefetch.came === Infinity) return;
    this.prefetch = { ...next, asked: false, came: Infinity };
    if (this.prefetching.queued) this.prefetching.unqueue();
    const ahead = this.requestedAt - this.clock.cycles;
    if (ahead > 0) this.prefetching.after(ahead);
    else this.prefetching.post();
  }

  #askAhead(): void {
    const { prefetch } = this;
    if (prefetch === null) return;
    prefetch.asked = this.fetch.request(this.client, prefetch.address);
    if (!prefetch.asked) this.prefetching.after(1);
  }

  /** The line that the core asks for beside a wait: nothing comes up behind the instruction that follows it. */
  #lineBesideWait(): { readonly address: number; readonly lead: number } | null {
    const { place, current } = this;
    if (place === null || current < 0) return null;
    const { pc } = place;
    const address = current + LINE_BYTES;
    // A wait in the last word has asked before, and so has one before an instruction that needs both lines.
    const asks = inLastWord(pc) && !inLastWord(pc - WAIT_BYTES) && pc + place.sizeAt(pc) <= address;
    return asks ? { address, lead: 1 } : null;
  }

  /**
   * The line that the core asks for while an access keeps the execute stage: the instruction behind waits in decode, and the
   * one behind that has come up.
   */
  #lineAhead(): { readonly address: number; readonly lead: number } | null {
    const { place, current } = this;
    if (place === null || current < 0) return null;
    const { pc } = place;
    const address = current + LINE_BYTES;
    if (pc >= address || this.ahead >= 0) return { address, lead: 2 };
    const behind = pc + place.sizeAt(pc);
    if (behind >= address || inLastWord(behind - 2)) return { address, lead: 1 };
    return inLastWord(behind + place.sizeAt(behind) - 2) || behind + 2 > address ? { address, lead: 0 } : null;
  }
}

function inLastWord(address: number): boolean {
  return (address & LINE_BYTES - 4) === LINE_BYTES - 4;
}
