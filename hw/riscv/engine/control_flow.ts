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
   * @param isIn whether it goes on to a node
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
export function dominates(block: Block, other: Block): boolean {
  let at: Block | undefined = other;
  while (at !== undefined && at.order > block.order) at = at.dominator;
  return at === block;
}

/** The ways from a node that stay among some nodes. */
export function waysOf({ kind, next }: TimingNode, isIn: (node: TimingNode) => boolean): readonly Way[] {
  return kind === UNKNOWN || kind === ESCAPE ? [] : next.filter(([, node]) => isIn(node));
}

/** The blocks of some entries, with those that follow them; the outermost ones, and those of unknown nodes, are exits. */
function collectBlocks(entries: readonly TimingNode[], isIn: (node: TimingNode) => boolean): Block[] {
  const ways = new Map<TimingNode, Step["ways"]>();
  const leaders = new Set<TimingNode>(entries);
  const reached = new Set<TimingNode>(entries);
  const queue = [...entries];
  for (let i = 0; i < queue.length; i++) {
    const node = queue[i];
    const open = i < MOST_NODES ? waysOf(node, isIn) : [];
    ways.set(node, open);
    if (open.length === 0) leaders.add(node);
    for (const [, next] of open) {
      if (reached.has(next) || open.length > 1) leaders.add(next);
      if (!reached.has(next)) {
        reached.add(next);
        queue.push(next);
      }
    }
  }
  const first = entries.map((entry) => new Block(entry));
  const blocks = new Map<TimingNode, Block>(first.map((block) => [block.node!, block]));
  let outermost = first;
  for (let depth = 0; depth < MOST_DEPTH && outermost.length > 0; depth++) {
    const further: Block[] = [];
    for (const block of outermost) {
      for (let node = block.node!;;) {
        const open = ways.get(node)!;
        if (open.length === 0) break;
        block.steps.push({ node, ways: open });
        const [[, next]] = open;
        if (open.length === 1 && !leaders.has(next)) {
          node = next;
          continue;
        }
        for (const [answer, target] of open) {
          let following = blocks.get(target);
          if (following === undefined) {
            blocks.set(target, following = new Block(target));
            further.push(following);
          }
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
