/**
 * The load-store unit of RI5CY and its data port.
 * @module
 */
import type { StateWriter } from "./state_writer.ts";
import type { Hart } from "./hart.ts";
import type { MicroOperation } from "./micro_operation.ts";

const IDLE = 0, WAIT_DATA = 1, WAIT_DATA_STALLED = 2, IDLE_STALLED = 3;

/**
 * One access at a time (riscv_load_store_unit.sv): request and grant in the execute stage, the answer in write back. An
 * access that crosses a word takes two. A load's register is written with the grant; nobody may look before the answer.
 */
export class LoadStoreUnit {
  /** Whether an access is asked for in this cycle, */
  request = false;
  /** where: the byte address, of which the port uses the word, */
  address = 0;
  /** the lanes of the word, */
  lanes = 0;
  /** whether it is a store, */
  write = false;
  /** and its data, in their lanes. */
  data = 0;
  /** Address of the instruction that accesses. */
  pc = 0;
  /** Whether the access is an event load (`p.elw`). */
  isEvent = false;
  /** Set by the port: the access is granted in this cycle, */
  granted = false;
  /** with this word. */
  readData = 0;
  /** Set by the port: the answer to an earlier access arrives in this cycle. */
  answered = false;

  /** Whether the execute stage holds an access. */
  active = false;
  /** Whether that access had its effect before, and only its time is still to pass; the port grants it as any other. */
  replayed = false;
  /** Whether the execute stage may go on, as far as memory is concerned. */
  readyForExecute = true;
  /** The same for write back. */
  readyForWriteBack = true;

  #state = IDLE;
  #second = false;
  #crosses = false;
  #stores = false;
  #operation: MicroOperation | undefined;
  #address = 0;
  #value = 0;
  #firstWord = 0;

  /** Takes an instruction that enters the execute stage. */
  start(op: MicroOperation, hart: Hart, pc: number): void {
    this.active = op.isLoad || op.isStore;
    this.replayed = this.#second = false;
    if (!this.active) return;
    this.#crosses = (hart.address & 3) + op.bytes > 4;
    this.#stores = op.isStore;
    this.pc = pc;
    this.#operation = op;
    this.#address = hart.address;
    this.#value = hart.value;
  }

  /** A bubble enters the execute stage. */
  stop(): void {
    this.active = this.replayed = this.#second = false;
  }

  /** Whether the access crosses a word and its second part is still to come. */
  get needsSecondAccess(): boolean {
    return this.active && !this.#second && this.#crosses;
  }

  /** Goes on to the second part. */
  startSecondAccess(): void {
    this.#second = true;
  }

  /** Whether the port may ask for an access in this cycle. */
  protected get free(): boolean {
    return this.#state === IDLE || this.#state === WAIT_DATA && this.answered;
  }

  /** Start of the cycle: what the port asks for. */
  decide(): void {
    this.granted = false;
    this.request = this.active && this.free;
    if (!this.request) return;
    this.write = this.#stores;
    if (this.replayed) return;
    const op = this.#operation!;
    const offset = this.#address & 3;
    const whole = (1 << op.bytes) - 1;
    this.address = this.#second ? (this.#address & ~3) + 4 : this.#address;
    this.lanes = this.#second ? whole >>> 4 - offset : whole << offset & 15;
    this.isEvent = op.isEventLoad;
    this.data = offset === 0 ? this.#value : this.#value << 8 * offset | this.#value >>> 32 - 8 * offset;
  }

  /** Takes the word that comes with a grant. */
  take(registers: Int32Array): void {
    const op = this.#operation!;
    if (this.replayed || !op.isLoad) return;
    const offset = 8 * (this.#address & 3);
    let value = this.readData;
    if (this.#second) value = value << 32 - offset | this.#firstWord >>> offset;
    else if (this.needsSecondAccess) {
      this.#firstWord = value;
      return;
    } else value >>>= offset;
    if (op.bytes === 1) value = op.signed ? value << 24 >> 24 : value & 0xff;
    else if (op.bytes === 2) value = op.signed ? value << 16 >> 16 : value & 0xffff;
    if (op.loadTarget !== 0) registers[op.loadTarget] = value;
  }

  /** Appends its state, without addresses and data: as if every access had already had its effect. */
  save(state: StateWriter): void {
    const { active } = this;
    const marks = active ? 1 | (this.#second ? 2 : 0) | (this.needsSecondAccess ? 4 : 0) | (this.#stores ? 8 : 0) : 0;
    state.add(this.#state).add(marks);
  }

  /** Takes its state back; the access in the execute stage is then {@linkcode replayed}. */
  restore(state: Int32Array, at: number): number {
    this.#state = state[at++];
    const marks = state[at++];
    this.active = this.replayed = (marks & 1) !== 0;
    this.#second = (marks & 2) !== 0;
    this.#crosses = (marks & 4) !== 0;
    this.#stores = (marks & 8) !== 0;
    return at;
  }

  /**
   * Has the access in the execute stage, which was {@linkcode replayed}, done after all.
   *
   * @param op the instruction
   * @param pc its address
   * @param address its first byte
   * @param value what it stores
   * @param firstWord the word that its first part has brought
   */
  reissue(op: MicroOperation, pc: number, address: number, value: number, firstWord: number): void {
    this.replayed = false;
    this.pc = pc;
    this.#operation = op;
    this.#address = address;
    this.#value = value;
    this.#firstWord = firstWord;
  }

  /** With the grant known: which stages may go on. */
  settle(): void {
    this.readyForWriteBack = this.#state !== WAIT_DATA || this.answered;
    this.readyForExecute = !this.request || this.granted;
  }

  /** The clock edge. */
  commit(exValid: boolean): void {
    switch (this.#state) {
      case IDLE:
        if (this.granted) this.#state = exValid ? WAIT_DATA : WAIT_DATA_STALLED;
        break;
      case WAIT_DATA:
        if (this.answered) this.#state = !this.granted ? IDLE : exValid ? WAIT_DATA : WAIT_DATA_STALLED;
        break;
      case WAIT_DATA_STALLED:
        if (this.answered) this.#state = exValid ? IDLE : IDLE_STALLED;
        else if (exValid) this.#state = WAIT_DATA;
        break;
      case IDLE_STALLED:
        if (exValid) this.#state = IDLE;
        break;
    }
  }
}
