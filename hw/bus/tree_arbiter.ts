/**
 * The arbitration tree of the PULP cluster interconnects, and the pair of trees behind every TCDM bank.
 *
 * Source of the rules: pulp-platform/cluster_interconnect 81939ba (ArbitrationTree, FanInPrimitive_Req, RequestBlock2CH),
 * checked against recorded streams in tests/golden/fabric.
 * @module
 */

/**
 * The port a binary tree lets through: the requester with the smallest `port XOR flag`. `requests` has one bit per port
 * and must not be 0; bit k of `flag` steers all nodes of level k, the lowest at the leaves.
 */
export function treeWinner(requests: number, flag: number): number {
  let candidates = requests;
  if ((candidates & (candidates - 1)) !== 0) {
    // From the root down: where both halves request, the flag's bit says which half stays.
    for (let level = 4; level >= 0; level--) {
      const upper = candidates & UPPER_HALVES[level]!;
      const lower = candidates & ~UPPER_HALVES[level]!;
      if (upper !== 0 && lower !== 0) candidates = (flag >>> level) & 1 ? upper : lower;
    }
  }
  return 31 - Math.clz32(candidates);
}

/** For each tree level, the ports whose index has that bit set. */
const UPPER_HALVES = [0xaaaaaaaa | 0, 0xcccccccc | 0, 0xf0f0f0f0 | 0, 0xff00ff00 | 0, 0xffff0000 | 0] as const;

/** Sizes and options of {@link TwoChannelArbiter}. */
export interface TwoChannelArbiterParams {
  /** Arbitrated resources, each with its own state; unit: banks. */
  readonly banks: number;
  /** Ports of channel 0, at most 32. */
  readonly channel0Ports: number;
  /** Ports of channel 1, at most 32; 0 for a single tree. */
  readonly channel1Ports: number;
}

/** State of the arbiters, a place for each resource. */
export interface ArbiterState {
  /** The flags of the trees of channel 0, */
  readonly flags0: Uint8Array;
  /** and of channel 1. */
  readonly flags1: Uint8Array;
  /** Which channel goes first. */
  readonly turns: Uint8Array;
}

/**
 * The arbiter in front of every bank: two trees, one per channel, and a bit that alternates between the channels.
 *
 * State moves only on a grant, so an arbiter that nobody asks need not be called.
 */
export class TwoChannelArbiter {
  /** The sizes it was built with. */
  readonly params: TwoChannelArbiterParams;
  /** Bit c set: channel c keeps its last winner first instead of moving on by one (cluster control register; reset 0). */
  policy = 0;
  readonly #flag0: Uint8Array;
  readonly #flag1: Uint8Array;
  readonly #turn: Uint8Array;

  /**
   * Throws RangeError when a channel has more than 32 ports.
   *
   * @param params sizes and options
   * @param state where its state lies, if somebody else needs it too
   */
  constructor(params: TwoChannelArbiterParams, state?: ArbiterState) {
    if (
      params.channel0Ports < 1 || params.channel0Ports > 32 || params.channel1Ports < 0 || params.channel1Ports > 32
    ) {
      throw new RangeError(
        `Cannot build an arbiter for ${params.channel0Ports} + ${params.channel1Ports} ports: ` +
          "channel 0 takes 1 to 32, channel 1 takes 0 to 32. Spread the ports over the two channels",
      );
    }
    this.params = params;
    this.#flag0 = state?.flags0 ?? new Uint8Array(params.banks);
    this.#flag1 = state?.flags1 ?? new Uint8Array(params.banks);
    this.#turn = state?.turns ?? new Uint8Array(params.banks);
  }

  /**
   * Grants one of the ports that request `bank` in this cycle and moves the bank's state on. Returns the port's index
   * within channel 0, or 32 + its index within channel 1. At least one bit must be set.
   */
  grant(bank: number, requests0: number, requests1: number): number {
    const turn = this.#turn[bank]!;
    this.#turn[bank] = turn ^ 1;
    if (requests1 === 0 || (requests0 !== 0 && turn === 0)) {
      const flag = this.#flag0[bank]!;
      const winner = treeWinner(requests0, flag);
      const next = this.policy & 1 ? winner : flag + 1;
      this.#flag0[bank] = next === this.params.channel0Ports ? 0 : next;
      return winner;
    }
    const flag = this.#flag1[bank]!;
    const winner = treeWinner(requests1, flag);
    const next = this.policy & 2 ? winner : flag + 1;
    this.#flag1[bank] = next === this.params.channel1Ports ? 0 : next;
    return 32 + winner;
  }

  /** Moves the state of a bank on that only one port of channel 0 requests, and is granted. */
  grantAlone(bank: number, port: number): void {
    this.#turn[bank]! ^= 1;
    const next = this.policy & 1 ? port : this.#flag0[bank]! + 1;
    this.#flag0[bank] = next === this.params.channel0Ports ? 0 : next;
  }

  /** The port that {@link grant} would name, without moving the state. */
  peek(bank: number, requests0: number, requests1: number): number {
    if (requests1 === 0 || (requests0 !== 0 && this.#turn[bank] === 0)) {
      return treeWinner(requests0, this.#flag0[bank]!);
    }
    return 32 + treeWinner(requests1, this.#flag1[bank]!);
  }

  /** Back to the state after reset; the policy stays. */
  reset(): void {
    this.#flag0.fill(0);
    this.#flag1.fill(0);
    this.#turn.fill(0);
  }
}
