/**
 * The logarithmic interconnect between cores, accelerator, DMA and external ports and the TCDM banks.
 *
 * Source: pulp-platform/cluster_interconnect 81939ba (XBAR_TCDM, RequestBlock2CH, TestAndSet), cycle for cycle.
 * @module
 */

import type { Tcdm } from "../memory/tcdm.ts";
import { type ArbiterState, TwoChannelArbiter } from "./tree_arbiter.ts";

/** Ports and options of {@link TcdmInterconnect}. */
export interface TcdmInterconnectParams {
  /** Ports of channel 0 (cores, then accelerator); they are ports 0 to channel0Ports - 1. Source: pulp_cluster 9fd9c3e (8 + 4). */
  readonly channel0Ports: number;
  /** Ports of channel 1 (external, then DMA); they follow those of channel 0. Source: pulp_cluster 9fd9c3e (4 + 4). */
  readonly channel1Ports: number;
  /** Arbitration policy, one bit per channel; reset value 0. Source: cluster control register of pulp_cluster 9fd9c3e. */
  readonly policy: number;
  /** Address bit that makes a read a test-and-set. Source: TestAndSet of cluster_interconnect 81939ba (20). */
  readonly testAndSetBit: number;
  /** Cycles in which a bank grants nobody after a test-and-set, while it writes ones. Source: RTL simulation (1). */
  readonly testAndSetBlockCycles: number;
  /** Cycles from grant to response, for reads and writes. Source: RTL simulation (1). */
  readonly responseCycles: number;
}

/** The interconnect of the first Mr.Wolf cluster, of which GAP8's is taken to be a copy. */
export const GAP8_TCDM_INTERCONNECT: TcdmInterconnectParams = {
  channel0Ports: 12,
  channel1Ports: 8,
  policy: 0,
  testAndSetBit: 20,
  testAndSetBlockCycles: 1,
  responseCycles: 1,
};

/** State of the interconnect that an engine shares with it. */
export interface TcdmInterconnectState extends ArbiterState {
  /** Per bank: first cycle in which it can grant again. */
  readonly freeFrom: Float64Array;
}

const READ = 0;
const WRITE = 1;
const TEST_AND_SET = 2;
/** The requester does the access itself. */
const CLAIM = 3;
const CLAIM_TEST_AND_SET = 4;
const ALL_LANES = 15;

/**
 * Grants at most one request per bank and cycle, and performs the granted accesses on the memory.
 *
 * A port raises a request with {@link request}, it stays raised until granted. The owner calls {@link arbitrate} once in
 * every cycle in which {@link pending} is not 0; cycles without requests may be left out.
 */
export class TcdmInterconnect {
  /** The ports and options it was built with. */
  readonly params: TcdmInterconnectParams;
  /** Number of ports of both channels. */
  readonly ports: number;
  /** What a port's last granted access returned, signed 32 bits; valid `responseCycles` after the grant. Writes return 0. */
  readonly responses: Int32Array;
  /** Per port: accesses granted since reset. */
  readonly granted: Float64Array;
  /** Per port: cycles with a request and no grant since reset. */
  readonly refused: Float64Array;
  /** Grants on a bank that had more than one requester in that cycle, since reset. */
  contended = 0;
  /** Test-and-set reads granted since reset. */
  testAndSets = 0;
  /** Ports whose request waits for a grant, one bit per port. */
  pending = 0;

  readonly #memory: Tcdm;
  readonly #words: Int32Array;
  readonly #base: number;
  readonly #sizeBytes: number;
  readonly #alias: number;
  readonly #arbiter: TwoChannelArbiter;
  readonly #bankMask: number;
  readonly #channel0Mask: number;
  readonly #channel0Ports: number;
  /** Banks with a raised request, one bit per bank. */
  #requestedBanks = 0;
  /** Per bank: ports that request it. */
  readonly #requests: Int32Array;
  /** Per bank: first cycle in which it can grant again. */
  readonly #freeFrom: Float64Array;
  readonly #word: Int32Array;
  readonly #kind: Uint8Array;
  readonly #byteEnable: Uint8Array;
  readonly #data: Int32Array;
  #lastCycle = -1;
  /** First cycle from which on no bank is blocked. */
  #blockedUntil = 0;

  /**
   * Throws RangeError when there are more than 32 ports or 32 banks.
   *
   * @param params ports and options
   * @param memory the memory behind it
   * @param state where its state lies, if an engine needs it too
   */
  constructor(params: TcdmInterconnectParams, memory: Tcdm, state?: TcdmInterconnectState) {
    const ports = params.channel0Ports + params.channel1Ports;
    const banks = memory.params.banks;
    if (ports > 32 || banks > 32) {
      throw new RangeError(
        `Cannot build a TCDM interconnect with ${ports} ports and ${banks} banks: the limit is 32 of each. ` +
          "Put several agents behind one port",
      );
    }
    this.params = params;
    this.ports = ports;
    this.responses = new Int32Array(ports);
    this.granted = new Float64Array(ports);
    this.refused = new Float64Array(ports);
    this.#memory = memory;
    this.#words = memory.words;
    this.#base = memory.params.base;
    this.#sizeBytes = memory.params.sizeBytes;
    this.#alias = 2 ** params.testAndSetBit;
    this.#arbiter = new TwoChannelArbiter({
      banks,
      channel0Ports: params.channel0Ports,
      channel1Ports: params.channel1Ports,
    }, state);
    this.#arbiter.policy = params.policy;
    this.#bankMask = banks - 1;
    this.#channel0Ports = params.channel0Ports;
    this.#channel0Mask = params.channel0Ports === 32 ? -1 : (1 << params.channel0Ports) - 1;
    this.#requests = new Int32Array(banks);
    this.#freeFrom = state?.freeFrom ?? new Float64Array(banks);
    this.#word = new Int32Array(ports);
    this.#kind = new Uint8Array(ports);
    this.#byteEnable = new Uint8Array(ports);
    this.#data = new Int32Array(ports);
  }

  /** The arbitration policy in force, one bit per channel. */
  get policy(): number {
    return this.#arbiter.policy;
  }

  /** Changes the arbitration policy from the next arbitration on. */
  set policy(policy: number) {
    this.#arbiter.policy = policy;
  }

  /** True when `address` belongs to the memory or its test-and-set alias. */
  covers(address: number): boolean {
    const offset = address - this.#base;
    return (offset >= 0 && offset < this.#sizeBytes) ||
      (offset >= this.#alias && offset < this.#alias + this.#sizeBytes);
  }

  /**
   * Raises the request of `port` for the aligned word that holds `address`; it stays raised until granted. `byteEnable`
   * bit n selects byte n of the word. A write ignores the test-and-set bit, a read does not use `data`.
   * Throws RangeError when the address is outside the memory, Error when the port's previous request is still raised.
   */
  request(port: number, address: number, write: boolean, byteEnable: number, data: number): void {
    let offset = address - this.#base;
    let kind = write ? WRITE : READ;
    if (offset < 0 || offset >= this.#sizeBytes) {
      offset -= this.#alias;
      if (!write) kind = TEST_AND_SET;
      if (offset < 0 || offset >= this.#sizeBytes) this.#refuseAddress(port, address);
    }
    this.#raise(port, offset >> 2, kind);
    this.#byteEnable[port] = byteEnable;
    this.#data[port] = data;
  }

  /** Raises a request for a word of the memory, whose access the requester does itself, in the cycle of the grant. */
  claim(port: number, word: number, testAndSet: boolean): void {
    this.#raise(port, word, testAndSet ? CLAIM_TEST_AND_SET : CLAIM);
  }

  /** Banks with a raised request, one bit per bank. */
  get requestedBanks(): number {
    return this.#requestedBanks;
  }

  /** Whether a test-and-set may keep some bank from granting anybody in clock cycle `cycle`. */
  blocked(cycle: number): boolean {
    return this.#blockedUntil > cycle;
  }

  /**
   * Grants `port` of channel 0 a bank that is not blocked and that nobody else requests in this cycle; the requester does the
   * access itself. Leaves out what `claim` and `arbitrate` would find out.
   */
  grantAlone(port: number, bank: number): void {
    this.#arbiter.grantAlone(bank, port);
    this.granted[port]!++;
  }

  /** Takes back the request of `port`, if it has one: what a reset of the requester does. */
  withdraw(port: number): void {
    const bit = 1 << port;
    if ((this.pending & bit) === 0) return;
    const bank = this.#word[port]! & this.#bankMask;
    this.pending &= ~bit;
    this.#requests[bank]! &= ~bit;
    if (this.#requests[bank] === 0) this.#requestedBanks &= ~(1 << bank);
  }

  /**
   * Arbitrates every bank for clock cycle `cycle` and performs the granted accesses. Returns the granted ports, one bit
   * each; their responses are due `responseCycles` later. Throws Error when `cycle` is not after the previous one.
   */
  arbitrate(cycle: number): number {
    if (cycle <= this.#lastCycle) {
      throw new Error(
        `Cannot arbitrate the TCDM for cycle ${cycle}: cycle ${this.#lastCycle} has been arbitrated. ` +
          "Raise all requests of a cycle first, then arbitrate it once",
      );
    }
    this.#lastCycle = cycle;
    let grants = 0;
    for (let banks = this.#requestedBanks; banks !== 0; banks &= banks - 1) {
      const bank = 31 - Math.clz32(banks & -banks);
      if (this.#freeFrom[bank]! > cycle) continue;
      const requests = this.#requests[bank]!;
      const requests0 = requests & this.#channel0Mask;
      const requests1 = this.#channel0Ports === 32 ? 0 : requests >>> this.#channel0Ports;
      let port = this.#arbiter.grant(bank, requests0, requests1);
      if (port >= 32) port += this.#channel0Ports - 32;
      const bit = 1 << port;
      grants |= bit;
      const left = requests & ~bit;
      this.#requests[bank] = left;
      if (left !== 0) this.contended++;
      else this.#requestedBanks &= ~(1 << bank);
      this.granted[port]!++;
      this.#access(port, bank, cycle);
    }
    this.pending &= ~grants;
    for (let ports = this.pending; ports !== 0; ports &= ports - 1) {
      this.refused[31 - Math.clz32(ports & -ports)]!++;
    }
    return grants;
  }

  /** Back to the state after reset; memory contents and policy stay. */
  reset(): void {
    this.#arbiter.reset();
    this.#requests.fill(0);
    this.#requestedBanks = 0;
    this.pending = 0;
    this.#freeFrom.fill(0);
    this.#blockedUntil = 0;
    this.responses.fill(0);
    this.granted.fill(0);
    this.refused.fill(0);
    this.contended = 0;
    this.testAndSets = 0;
  }

  #raise(port: number, word: number, kind: number): void {
    const bit = 1 << port;
    if ((this.pending & bit) !== 0) this.#refuseSecond(port);
    const bank = word & this.#bankMask;
    this.#word[port] = word;
    this.#kind[port] = kind;
    this.pending |= bit;
    this.#requests[bank]! |= bit;
    this.#requestedBanks |= 1 << bank;
  }

  #access(port: number, bank: number, cycle: number): void {
    const word = this.#word[port]!;
    const kind = this.#kind[port]!;
    if (kind >= CLAIM) {
      if (kind === CLAIM_TEST_AND_SET) this.#testAndSet(bank, cycle);
      return;
    }
    if (kind === WRITE) {
      const enable = this.#byteEnable[port]!;
      if (enable === ALL_LANES) this.#words[word] = this.#data[port]!;
      else this.#memory.write(word, this.#data[port]!, enable);
      this.responses[port] = 0;
      return;
    }
    this.responses[port] = this.#words[word]!;
    if (kind === TEST_AND_SET) {
      // The bank writes the ones one cycle later; nobody can see it before that, because it grants nobody meanwhile.
      this.#memory.write(word, -1, this.#byteEnable[port]!);
      this.#testAndSet(bank, cycle);
    }
  }

  #testAndSet(bank: number, cycle: number): void {
    this.testAndSets++;
    this.#freeFrom[bank] = this.#blockedUntil = cycle + 1 + this.params.testAndSetBlockCycles;
  }

  #refuseSecond(port: number): never {
    throw new Error(
      `Cannot raise a request on TCDM port ${port}: its request for word ${
        this.#word[port]
      } has not been granted yet. ` +
        "A port holds one request at a time; call withdraw first to give it up",
    );
  }

  #refuseAddress(port: number, address: number): never {
    const { base, sizeBytes } = this.#memory.params;
    throw new RangeError(
      `Cannot access the TCDM on port ${port}: 0x${(address >>> 0).toString(16)} is outside 0x${
        base.toString(16)
      } to ` +
        `0x${(base + sizeBytes - 1).toString(16)} and its test-and-set alias. Check the address map of the initiator`,
    );
  }
}
