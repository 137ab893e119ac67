/**
 * Blocks of nodes, and the order and nesting in which structured code holds them.
 * @module
 */
import { ESCAPE, type TimingNode, UNKNOWN, type Way } from "./timing_graph.ts";

/** A node, and the answers that were met there with where they lead. */
export interface Step {
  /** The node. */
  readonly node: TimingNode;
  /** Answers met so far; `undefined` leads to a node that nobody has looked at. */
  readonly ways: readonly Way[];
}

/** Steps that follow each other; only the last may lead to more than one place. */
export class Block {
  /** The steps; none in the root, and in blocks at which translated code ends. */
  readonly steps: Step[] = [];
  /** Where its last step leads, by answer. */
  readonly next: (readonly [answer: number, block: Block])[] = [];
  /** Blocks that lead here. */
  readonly previous: Block[] = [];
  /** Place in reverse postorder. */
  order = -1;
  /** The block that all ways here pass last. */
  dominator: Block | undefined;
  /** Blocks that it dominates directly, in order. */
  readonly children: Block[] = [];
  /** Whether a loop leads back here. */
  isLoop = false;
  /** Whether it is reached from the root. */
  isEntry = false;

  /** @param node the first node, or the one at which code ends */
  constructor(readonly node: TimingNode | undefined) {}

  /** Whether code ends here. */
  get isExit(): boolean {
    return this.steps.length === 0 && this.node !== undefined;
  }
}

/** Nodes that are taken at most: more would take long to translate, and blocks have to find places for their visits. */
const MOST_NODES = 8000;
/** Blocks on the shortest way to any other at most: blocks that dominate each other are nested as deep. */
const MOST_DEPTH = 200;

/** The blocks of what can be reached from a node, ready to be written as structured code. */
export class ControlFlow {
  /** Stands before all entries; the blocks that it leads to are the entries. */
  readonly root: Block = new Block(undefined);
  /** All blocks in reverse postorder, the root first. */
  blocks: Block[] = [];

  /**
   * @param entries where it begins, each with a way that leads on
   * @param isIn whether it goes on behind a node
   */
  constructor(entries: readonly TimingNode[], isIn: (node: TimingNode) => boolean) {
    for (const block of collectBlocks(entries, isIn)) this.#enter(block);
    // A way back to a block that can be reached past it has no place in structured code: it goes through the root.
    for (;;) {
      this.#sort();
      this.#dominate();
      const stray = this.blocks.flatMap((block) =>
        block.next.map(([, next]) => next).filter((next) =>
          next.order <= block.order && !next.isEntry && !dominates(next, block)
        )
      );
      if (stray.length === 0) break;
      for (const block of stray) if (!block.isEntry) this.#enter(block);
    }
    for (const block of this.blocks) {
      for (const [, next] of block.next) {
        if (next.order <= block.order && dominates(next, block)) next.isLoop = true;
      }
      block.dominator?.children.push(block);
    }
  }

  /** Cycles that pass at most between two places at which the clock is looked at: the heads of loops and the root. */
  get longestPath(): number {
    const cycles = new Map<Block, number>();
    let longest = 0;
    for (const block of this.blocks) {
      let before = 0;
      if (!block.isLoop) {
        for (const each of block.previous) {
          if (each.order < block.order) before = Math.max(before, cycles.get(each) ?? 0);
        }
      }
      const own = block.steps.reduce((sum, { node }) => sum + node.cycles, 0);
      cycles.set(block, before + own);
      longest = Math.max(longest, before + own);
    }
    return longest;
  }

  #enter(block: Block): void {
    block.isEntry = true;
    this.root.next.push([this.root.next.length, block]);
    block.previous.push(this.root);
  }

  #sort(): void {
    const order: Block[] = [];
    const seen = new Set<Block>([this.root]);
    const stack: { block: Block; at: number }[] = [{ block: this.root, at: 0 }];
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top.at < top.block.next.length) {
        const [, next] = top.block.next[top.at++];
        if (!seen.has(next)) {
          seen.add(next);
          stack.push({ block: next, at: 0 });
        }
      } else {
        order.push(top.block);
        stack.pop();
      }
    }
    this.blocks = order.reverse();
    this.blocks.forEach((block, index) => block.order = index);
  }

  /** Cooper, Harvey and Kennedy: A Simple, Fast Dominance Algorithm. */
  #dominate(): void {
    for (const block of this.blocks) block.dominator = undefined;
    this.root.dominator = this.root;
    for (let changed = true; changed;) {
      changed = false;
      for (const block of this.blocks) {
        if (block === this.root) continue;
        let found: Block | undefined;
        for (const before of block.previous) {
          if (before.dominator === undefined) continue;
          found = found === undefined ? before : common(before, found);
        }
        if (block.dominator !== found) {
          block.dominator = found;
          changed = true;
        }
      }
    }
    this.root.dominator = undefined;
  }
}

function common(a: Block, b: Block): Block {
  while (a !== b) {
    while (a.order > b.order) a = a.dominator!;
    while (b.order > a.order) b = b.dominator!;
  }
  return a;
}

/** Whether all ways to a block pass another. */
function dominates(block: Block, other: Block): boolean {
  let at: Block | undefined = other;
  while (at !== undefined && at.order > block.order) at = at.dominator;
  return at === block;
}

/** What is found out of a node on the way to its block. */
interface Place {
  readonly node: TimingNode;
  ways: readonly Way[];
  /** Whether a block begins with it, */
  leads: boolean;
  /** and that block. */
  block: Block | undefined;
}

/** The blocks of some entries, with those that follow them; the outermost ones, and those of unknown nodes, are exits. */
function collectBlocks(entries: readonly TimingNode[], isIn: (node: TimingNode) => boolean): Block[] {
  const places = new Map<TimingNode, Place>();
  const queue: Place[] = [];
  const reach = (node: TimingNode, leads: boolean): void => {
    const known = places.get(node);
    if (known !== undefined) known.leads = true;
    else {
      const place = { node, ways: [], leads, block: undefined };
      places.set(node, place);
      queue.push(place);
    }
  };
  for (const entry of entries) reach(entry, true);
  for (let i = 0; i < queue.length; i++) {
    const place = queue[i];
    const { kind, next } = place.node;
    if (i < MOST_NODES && kind !== UNKNOWN && kind !== ESCAPE && isIn(place.node)) place.ways = next;
    const { ways } = place;
    if (ways.length === 0) place.leads = true;
    for (let way = 0; way < ways.length; way++) reach(ways[way][1], ways.length > 1);
  }
  const begin = (place: Place): Block => place.block = new Block(place.node);
  const first = entries.map((entry) => begin(places.get(entry)!));
  let outermost: Place[] = entries.map((entry) => places.get(entry)!);
  for (let depth = 0; depth < MOST_DEPTH && outermost.length > 0; depth++) {
    const further: Place[] = [];
    for (const start of outermost) {
      const block = start.block!;
      for (let { node, ways } = start; ways.length > 0;) {
        block.steps.push({ node, ways });
        const target = places.get(ways[0][1])!;
        if (ways.length === 1 && !target.leads) {
          ({ node, ways } = target);
          continue;
        }
        for (const [answer, next] of ways) {
          const place = places.get(next)!;
          if (place.block === undefined) {
            begin(place);
            further.push(place);
          }
          const following = place.block!;
          block.next.push([answer, following]);
          following.previous.push(block);
        }
        break;
      }
    }
    outermost = further;
  }
  return first;
}
