/**
 * A fetch that never costs anything: what cycles of a program are its own.
 * @module
 */
import { FETCH, type StateWriter } from "./state_writer.ts";
import type { Prefetcher } from "./prefetcher.ts";

/** Bytes that the window reaches past its aligned address: an instruction that crosses a line is in it whole. */
const ALIGNMENT = 16;

/**
 * Has the instruction at any address in the cycle after it is asked for: no cycle more for a target that crosses a word or
 * a line, none for the back-edge of a hardware loop. No RTL is like that; it stands for firmware that has no layout in
 * memory. The fetch port has to grant at once; each cycle in which it does not is a cycle without an instruction.
 */
export class IdealPrefetcher implements Prefetcher {
  readonly words = 8;
  readonly data: Int32Array = new Int32Array(8);
  dataValid = false;

  valid = false;
  address = 0;
  instruction = 0;
  isLoopTarget = false;
  readonly loopBranch = false;

  request = false;
  requestAddress = 0;

  #nextAddress = 0;
  #nextIsLoopTarget = false;

  present(): void {
    this.valid = this.dataValid;
    const offset = this.address & ALIGNMENT - 1;
    const index = offset >>> 2;
    const word = this.data[index];
    this.instruction = (offset & 2) === 0 ? word : this.data[index + 1] << 16 | word >>> 16;
  }

  decide(enabled: boolean, branch: boolean, target: number, loop: boolean, loopTarget: number, ready: boolean): void {
    let next = this.address;
    let isLoopTarget = this.isLoopTarget;
    if (branch) {
      next = target;
      isLoopTarget = false;
    } else if (ready) {
      next = loop ? loopTarget : this.address + ((this.instruction & 3) === 3 ? 4 : 2) | 0;
      isLoopTarget = loop;
    }
    this.#nextAddress = next;
    this.#nextIsLoopTarget = isLoopTarget;
    this.request = enabled;
    this.requestAddress = next & ~(ALIGNMENT - 1);
  }

  commit(_granted: boolean): void {
    this.address = this.#nextAddress;
    this.isLoopTarget = this.#nextIsLoopTarget;
  }

  save(state: StateWriter): void {
    state.add(this.address, FETCH).add(this.isLoopTarget ? 1 : 0);
  }

  restore(state: Int32Array, at: number): number {
    this.address = state[at++];
    this.isLoopTarget = state[at++] !== 0;
    return at;
  }
}
