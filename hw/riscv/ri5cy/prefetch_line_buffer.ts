/**
 * The 128-bit prefetch buffer of RI5CY: one line of 16 bytes, and one word kept from the line before.
 * @module
 */
import { AHEAD, FETCH, LINE, NEAR, PLAIN, RAW, type StateWriter } from "./state_writer.ts";
import type { Prefetcher } from "./prefetcher.ts";

const EMPTY = 0, LINE_VALID = 1, WAIT_GRANT = 2, WAIT_DATA = 3, ABORTED = 4;

const IDLE = 0, BRANCHED = 1, LOOP_WAIT_GRANT = 2, LOOP_GRANTED = 3, LOOP_GRANTED_WAIT = 4, LOOP_FETCH_DONE = 5;
const NOT_VALID = 6, NOT_VALID_GRANTED = 7, NOT_VALID_CROSS = 8, NOT_VALID_CROSS_GRANTED = 9;
const VALID = 10, VALID_CROSS = 11, VALID_GRANTED = 12, VALID_FETCH_DONE = 13;

/**
 * Fetches lines and hands out instructions of either size; one that crosses lines costs a wait. State and signal names
 * follow riscv_prefetch_L0_buffer.sv and riscv_L0_buffer.sv, which are the same in RI5CY 12e1cda7 and be1fdf50.
 */
export class PrefetchLineBuffer implements Prefetcher {
  readonly words = 4;
  readonly data: Int32Array = new Int32Array(4);
  dataValid = false;

  valid = false;
  address = 0;
  instruction = 0;
  isLoopTarget = false;
  readonly loopBranch = false;

  request = false;
  requestAddress = 0;

  #state = IDLE;
  #line = EMPTY;
  #lineAddress = 0;
  readonly #kept = new Int32Array(4);
  #last = 0;

  #fetchValid = false;
  #word = 0;
  #alignedCompressed = false;
  #unalignedCompressed = false;
  #upperCompressed = false;
  #crossing = false;
  #nextCrossing = false;
  #nextUpperCompressed = false;
  #nextValid = false;

  #branch = false;
  #branchTarget = 0;
  #loop = false;
  #loopTarget = 0;
  #ready = false;
  #takeLineAddress = false;
  #askedAddress = 0;

  present(): void {
    const state = this.#state;
    const dataValid = this.dataValid;
    const line = dataValid ? this.data : this.#kept;
    const fetchValid = this.#fetchValid = this.#line === WAIT_DATA && dataValid;
    const address = this.address;
    const useLast = state === NOT_VALID_CROSS_GRANTED || state >= VALID_CROSS;
    const useLoop = state >= LOOP_GRANTED && state <= LOOP_FETCH_DONE;
    const index = address >>> 2 & 3;
    const word = this.#word = useLast || useLoop ? this.#last : line[index];
    const half = address >>> 1 & 7;
    const unalignedCompressed = this.#unalignedCompressed = (word >>> 16 & 3) !== 3;
    const alignedCompressed = this.#alignedCompressed = (word & 3) !== 3;
    const upperCompressed = this.#upperCompressed = (line[3] >>> 16 & 3) !== 3;
    const crossing = this.#crossing = half === 7 && !upperCompressed;
    const towardsUpper = half === 6 && alignedCompressed || half === 5 && !unalignedCompressed;
    this.#nextCrossing = towardsUpper && !upperCompressed;
    this.#nextUpperCompressed = towardsUpper && upperCompressed;
    let valid = false;
    if (state === BRANCHED) valid = fetchValid && !crossing;
    else if (state === NOT_VALID_GRANTED || state === NOT_VALID_CROSS_GRANTED) valid = fetchValid;
    else valid = state >= VALID || state === LOOP_GRANTED || state === LOOP_FETCH_DONE;
    this.valid = valid;
    this.#nextValid = (index !== 3 || this.#nextUpperCompressed) && !this.#nextCrossing && valid;
    this.instruction = (address & 2) === 0 || useLoop ? word : line[index + 1 & 3] << 16 | word >>> 16;
  }

  decide(_enabled: boolean, branch: boolean, target: number, loop: boolean, loopTarget: number, ready: boolean): void {
    this.#branch = branch;
    this.#branchTarget = target;
    this.#loop = loop;
    this.#loopTarget = loopTarget;
    this.#ready = ready;
    const state = this.#state;
    const lastWord = (this.address >>> 2 & 3) === 3;
    let fetch = false;
    if (state === BRANCHED) fetch = lastWord;
    else if (state === NOT_VALID || state === NOT_VALID_CROSS) fetch = true;
    else if (state === VALID) fetch = lastWord || ready && this.#nextCrossing;
    const loopFetch = state === LOOP_WAIT_GRANT || loop && this.#followsLoop(state);

    const following = this.#nextCrossing ? (this.address & ~15) + 0x16 : (this.address & ~3) + 4;
    let asked = branch ? target : loopFetch ? loopTarget : following;
    let request = false;
    switch (this.#line) {
      case EMPTY:
      case LINE_VALID:
        request = branch || loopFetch || fetch;
        break;
      case WAIT_GRANT:
        request = true;
        if (!branch && !loopFetch) asked = this.#lineAddress;
        break;
      case WAIT_DATA:
        request = this.dataValid && (branch || loopFetch || fetch);
        break;
      case ABORTED:
        request = this.dataValid;
        if (!branch) asked = this.#lineAddress;
        break;
    }
    this.request = request;
    this.requestAddress = asked & ~15;
    this.#askedAddress = asked;
    this.#takeLineAddress = branch || loopFetch || fetch;
  }

  /** States that turn to the loop's start as soon as the last instruction of its body is there. */
  #followsLoop(state: number): boolean {
    return state === NOT_VALID_GRANTED || state === NOT_VALID_CROSS_GRANTED || state >= VALID;
  }

  commit(granted: boolean): void {
    const state = this.#state;
    const ready = this.#ready;
    const fetchValid = this.#fetchValid;
    const nextCrossing = this.#nextCrossing;
    const nextUpperCompressed = this.#nextUpperCompressed;
    const nextValid = this.#nextValid;
    const held = this.address;
    let next = state;
    let saveLast = false;
    let saveLoop = false;
    let address = ready ? this.#following() : held;
    let isLoopTarget = this.isLoopTarget && !ready;

    switch (state) {
      case BRANCHED:
        if (ready) {
          if (this.#loop) {
            address = held;
            next = LOOP_WAIT_GRANT;
          } else if (nextValid) {
            saveLast = granted;
            next = granted ? VALID_GRANTED : VALID;
          } else if (nextCrossing) {
            saveLast = granted;
            next = granted ? NOT_VALID_CROSS_GRANTED : NOT_VALID_CROSS;
          } else next = granted ? NOT_VALID_GRANTED : NOT_VALID;
        } else if (fetchValid) {
          if (this.#crossing) {
            saveLast = true;
            next = granted ? NOT_VALID_CROSS_GRANTED : NOT_VALID_CROSS;
          } else {
            saveLast = granted;
            next = granted ? VALID_GRANTED : VALID;
          }
        }
        break;
      case NOT_VALID:
        if (granted) next = NOT_VALID_GRANTED;
        break;
      case NOT_VALID_GRANTED:
        if (fetchValid) next = VALID;
        break;
      case NOT_VALID_CROSS:
        if (granted) {
          saveLast = true;
          next = NOT_VALID_CROSS_GRANTED;
        }
        break;
      case NOT_VALID_CROSS_GRANTED:
        if (fetchValid) next = ready ? VALID : VALID_CROSS;
        break;
      case VALID:
        if (ready) {
          if (nextCrossing) {
            saveLast = granted;
            next = granted ? NOT_VALID_CROSS_GRANTED : NOT_VALID_CROSS;
          } else if (!nextValid) next = granted ? NOT_VALID_GRANTED : NOT_VALID;
          else if (granted && nextUpperCompressed) {
            saveLast = true;
            next = VALID_GRANTED;
          }
        } else if (granted) {
          saveLast = true;
          next = VALID_GRANTED;
        }
        break;
      case VALID_CROSS:
        if (ready) next = VALID;
        break;
      case VALID_GRANTED:
        if (ready) {
          if (fetchValid) next = nextCrossing ? VALID_CROSS : nextUpperCompressed ? VALID_FETCH_DONE : VALID;
          else next = nextCrossing ? NOT_VALID_CROSS_GRANTED : nextUpperCompressed ? VALID_GRANTED : NOT_VALID_GRANTED;
        } else if (fetchValid) next = VALID_FETCH_DONE;
        break;
      case VALID_FETCH_DONE:
        if (ready) next = nextCrossing ? VALID_CROSS : nextUpperCompressed ? VALID_FETCH_DONE : VALID;
        break;
      case LOOP_WAIT_GRANT:
        if (granted) {
          isLoopTarget = true;
          address = this.#loopTarget;
          next = BRANCHED;
        }
        break;
      case LOOP_GRANTED:
        if (ready) {
          address = this.#loopTarget;
          if (fetchValid) {
            isLoopTarget = true;
            next = this.#loopTargetCrosses(this.#loopTarget) ? NOT_VALID_CROSS : VALID;
          } else next = LOOP_GRANTED_WAIT;
        } else if (fetchValid) next = LOOP_FETCH_DONE;
        break;
      case LOOP_GRANTED_WAIT:
        if (fetchValid) {
          isLoopTarget = true;
          next = this.#loopTargetCrosses(this.#lineAddress) ? NOT_VALID_CROSS : VALID;
        }
        break;
      case LOOP_FETCH_DONE:
        if (ready) {
          isLoopTarget = true;
          address = this.#loopTarget;
          next = this.#loopTargetCrosses(this.#loopTarget) ? NOT_VALID_CROSS : VALID;
        }
        break;
    }
    if (this.#branch) {
      isLoopTarget = false;
      address = this.#branchTarget;
      next = BRANCHED;
    } else if (this.#loop && this.#followsLoop(state)) {
      if (ready) {
        if (granted) {
          isLoopTarget = true;
          address = this.#loopTarget;
          next = BRANCHED;
        } else {
          address = held;
          next = LOOP_WAIT_GRANT;
        }
      } else if (granted) {
        saveLoop = true;
        next = LOOP_GRANTED;
      }
    }

    if (saveLoop) this.#last = this.instruction;
    else if (saveLast) this.#last = ready ? (this.dataValid ? this.data[3] : this.#kept[3]) : this.#word;
    this.#commitLine(granted);
    this.address = address;
    this.isLoopTarget = isLoopTarget;
    this.#state = next;
  }

  save(state: StateWriter): void {
    const keeps = this.#line !== EMPTY && this.#line !== WAIT_DATA;
    const usesLast = this.#state === NOT_VALID_CROSS_GRANTED || this.#state >= VALID_CROSS ||
      this.#state >= LOOP_GRANTED && this.#state <= LOOP_FETCH_DONE;
    const usesAddress = this.#line === WAIT_GRANT || this.#line === ABORTED || this.#state === LOOP_GRANTED_WAIT;
    const loops = this.#state >= LOOP_WAIT_GRANT && this.#state <= LOOP_FETCH_DONE;
    state.add(this.#state, loops ? RAW : PLAIN).add(this.#line).add(this.address, FETCH).add(this.isLoopTarget ? 1 : 0);
    state.add(usesAddress ? this.#lineAddress : 0, usesAddress ? NEAR : PLAIN);
    state.add(usesLast ? this.#last : 0, usesLast ? AHEAD : PLAIN);
    for (let i = 0; i < 4; i++) state.add(keeps ? this.#kept[i] : 0, keeps ? LINE : PLAIN);
  }

  restore(state: Int32Array, at: number): number {
    this.#state = state[at++];
    this.#line = state[at++];
    this.address = state[at++];
    this.isLoopTarget = state[at++] !== 0;
    this.#lineAddress = state[at++];
    this.#last = state[at++];
    for (let i = 0; i < 4; i++) this.#kept[i] = state[at++];
    return at;
  }

  #loopTargetCrosses(target: number): boolean {
    return (target >>> 1 & 7) === 7 && !this.#upperCompressed;
  }

  #following(): number {
    const next = (this.address & ~3) + 4;
    if ((this.address & 2) !== 0) return this.#unalignedCompressed ? next : next | 2;
    return this.#alignedCompressed ? this.address & ~3 | 2 : next;
  }

  #commitLine(granted: boolean): void {
    if (this.request) this.#line = granted ? WAIT_DATA : WAIT_GRANT;
    else if (this.#line === WAIT_DATA) {
      if (this.dataValid) this.#line = LINE_VALID;
      else if (this.#branch) this.#line = ABORTED;
    }
    if (this.dataValid) this.#kept.set(this.data);
    if (this.#takeLineAddress) this.#lineAddress = this.#askedAddress;
  }
}
