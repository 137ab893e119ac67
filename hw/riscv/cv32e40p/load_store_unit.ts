/**
 * The load-store unit of CV32E40P and its data port.
 * @module
 */
import { LoadStoreUnit as Ri5cyLoadStoreUnit } from "../ri5cy/load_store_unit.ts";

/** Accesses that may wait for their answers (cv32e40p_load_store_unit.sv, DEPTH). */
const DEPTH = 2;

/** RI5CY's data path behind an OBI port: a second access may be granted before the first is answered. */
export class LoadStoreUnit extends Ri5cyLoadStoreUnit {
  #outstanding = 0;

  /** Whether an access is under way, which keeps the core's clock running. */
  get busy(): boolean {
    return this.#outstanding !== 0 || this.request;
  }

  protected override get free(): boolean {
    return this.#outstanding < DEPTH;
  }

  override settle(): void {
    this.readyForWriteBack = this.#outstanding === 0 || this.answered;
    this.readyForExecute = !this.active || (this.#outstanding === DEPTH || this.granted) && this.readyForWriteBack;
  }

  override commit(): void {
    if (this.granted) this.#outstanding++;
    if (this.answered) this.#outstanding--;
  }
}
