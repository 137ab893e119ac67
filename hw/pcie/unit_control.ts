/**
 * The control register of a compute unit: `ap_ctrl_hs` and `ap_ctrl_chain` (Vivado HLS, UG902).
 * @module
 */
import { Control } from "./hls_registers.ts";

/** What a write to the control register asks for. */
export type ControlEffect = "nothing" | "start" | "lost start";

/** State of the handshake, and what the register shows of it. */
export class UnitControl {
  /** Whether new arguments may be taken while a run is under way, and ends have to be acknowledged. */
  readonly chained: boolean;
  /** Runs under way. */
  running: number = 0;
  private done = 0;
  private ready = 0;
  private restart = 0;
  private takes = false;
  private unseenEnds = 0;

  /** An idle unit. */
  constructor(chained: boolean) {
    this.chained = chained;
  }

  /** Whether it starts again by itself at the end of a run. */
  get restarts(): boolean {
    return this.restart !== 0 && this.running === 0;
  }

  /** Whether an end has not been seen, or with `ap_ctrl_chain` not been acknowledged. */
  get finished(): boolean {
    return this.done !== 0;
  }

  /** The register, as the bus reads it; with `ap_ctrl_hs` that clears `ap_done`. */
  read(): number {
    const start = this.running > 0 && !this.takes ? Control.start : 0;
    const value = start | this.done | (this.running === 0 ? Control.idle : 0) | this.ready | this.restart;
    if (!this.chained) this.done = 0;
    this.ready = 0;
    return value;
  }

  /** The bus writes it. */
  write(value: number): ControlEffect {
    if (this.chained && (value & Control.continue) !== 0 && this.unseenEnds > 0 && --this.unseenEnds === 0) {
      this.done = 0;
    }
    this.restart = value & Control.autoRestart;
    if ((value & Control.start) === 0) return "nothing";
    return this.running === 0 || this.takes ? "start" : "lost start";
  }

  /** A run begins. */
  begin(): void {
    this.running++;
    this.takes = false;
    if (!this.chained) this.done = 0;
  }

  /** The run under way has taken its arguments: with `ap_ctrl_chain`, another may begin. */
  taken(): void {
    if (!this.chained) return;
    this.takes = true;
    this.ready = Control.ready;
  }

  /** A run is over. */
  end(): void {
    this.running--;
    this.done = Control.done;
    this.ready = Control.ready;
    if (this.chained) this.unseenEnds++;
  }
}
