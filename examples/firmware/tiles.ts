/**
 * A picture in L2 goes through cluster L1 in tiles: first one step after the other, then with the DMA behind the cores.
 *
 * Every byte becomes the mean of itself and a constant, but not less than another one; eight cores share a tile.
 * @module
 */
import { DmaCopy, type FcRuntime, type Gap8System, type PeRuntime, reg } from "../../runtime/gap8/mod.ts";
import type { Process } from "../../sim/mod.ts";

/** What is measured of one way through all tiles; cycles of the cluster, as core 0 counts them. */
export interface TilesRow {
  /** Whether the DMA worked behind the cores. */
  readonly overlap: boolean;
  /** From the first command to the last byte in L2. */
  readonly cycles: number;
  /** Cycles in which the DMA had something to do. */
  readonly dmaCycles: number;
  /** Of these, how long core 0 waited for it, commands included. */
  readonly waitCycles: number;
  /** Cycles of core 0 in the kernel, forks and barriers included. */
  readonly computeCycles: number;
  /** Whether every byte is right. */
  readonly correct: boolean;
}

/** Sizes. */
export interface TilesOptions {
  /** Bytes of a tile; a multiple of 64, which gives each core whole pairs of words. */
  readonly tileBytes: number;
  /** Tiles. */
  readonly tiles: number;
}

/** Four tiles lie in cluster L1: two that come in, two that go out. The rest is the runtime's and eight stacks. */
export const MOST_TILE_BYTES = 12 * 1024;
/** Each core takes pairs of words, so that no load is used right away. */
export const TILE_GRAIN = 64;

/** The picture has 7 bits a pixel: sums of two fit a byte, beyond which `pv.avgu.b` loses the carry. */
const GREY = 0x7f, AVERAGE = 0x40, FLOOR = 0x30;
const everyByte = (value: number) => Math.imul(value, 0x0101_0101);

/** What becomes of a byte. */
export function expectedByte(value: number): number {
  return Math.max((value + AVERAGE) >> 1, FLOOR);
}

/** The program on the fabric controller; `rows` is filled in. */
export function tilesProgram(
  system: Gap8System,
  { tileBytes, tiles }: TilesOptions,
  rows: TilesRow[],
): (rt: FcRuntime) => Process<number> {
  const bytes = tileBytes * tiles;
  const { l2, clusterDma } = system.gap8;
  let from = 0, to = 0;
  /** Addresses in cluster L1: of two tiles that come in, and of two that go out. */
  const inputs: number[] = [], outputs: number[] = [];
  let waitCycles = 0, computeCycles = 0;

  /** This core's part of a tile: 8 instructions for each pair of words. */
  function* kernel({ core }: PeRuntime, tile: number): Process {
    const { a0, a1, t0, t1, t2, t3 } = reg;
    const share = tileBytes / 8;
    core.li(a0, inputs[tile % 2] + core.coreId * share);
    core.li(a1, outputs[tile % 2] + core.coreId * share);
    core.li(t2, everyByte(AVERAGE));
    core.li(t3, everyByte(FLOOR));
    core.loopBegin();
    for (let i = 0; i < share; i += 8) {
      yield* core.lwPost(t0, a0, 4);
      yield* core.lwPost(t1, a0, 4);
      core.pvAvguB(t0, t0, t2);
      core.pvAvguB(t1, t1, t2);
      core.pvMaxuB(t0, t0, t3);
      core.pvMaxuB(t1, t1, t3);
      yield* core.swPost(t0, a1, 4);
      yield* core.swPost(t1, a1, 4);
    }
    core.loopEnd();
  }

  function* compute(rt: PeRuntime, tile: number): Process {
    const start = rt.core.cycle;
    yield* rt.teamFork(8, kernel, tile);
    computeCycles += rt.core.cycle - start;
  }

  function* move(rt: PeRuntime, tile: number, direction: "ext2loc" | "loc2ext", copy: DmaCopy): Process {
    const start = rt.core.cycle;
    const into = direction === "ext2loc";
    const inside = (into ? inputs : outputs)[tile % 2];
    yield* rt.dmaMemcpy((into ? from : to) + tile * tileBytes, inside, tileBytes, direction, false, copy);
    waitCycles += rt.core.cycle - start;
  }

  function* wait(rt: PeRuntime, copy: DmaCopy): Process {
    const start = rt.core.cycle;
    yield* rt.dmaWait(copy);
    waitCycles += rt.core.cycle - start;
  }

  function* oneAfterTheOther(rt: PeRuntime): Process {
    const copy = new DmaCopy();
    for (let tile = 0; tile < tiles; tile++) {
      yield* move(rt, tile, "ext2loc", copy);
      yield* wait(rt, copy);
      yield* compute(rt, tile);
      yield* move(rt, tile, "loc2ext", copy);
      yield* wait(rt, copy);
    }
  }

  /** While the cores work on one tile, the one before goes out, and the next one comes in. */
  function* doubleBuffered(rt: PeRuntime): Process {
    const incoming = [new DmaCopy(), new DmaCopy()], outgoing = [new DmaCopy(), new DmaCopy()];
    yield* move(rt, 0, "ext2loc", incoming[0]);
    for (let tile = 0; tile < tiles; tile++) {
      const here = tile % 2, other = 1 - here;
      yield* wait(rt, incoming[here]);
      if (tile + 1 < tiles) yield* move(rt, tile + 1, "ext2loc", incoming[other]);
      if (tile > 1) yield* wait(rt, outgoing[here]);
      yield* compute(rt, tile);
      yield* move(rt, tile, "loc2ext", outgoing[here]);
    }
    const start = rt.core.cycle;
    yield* rt.dmaFlush();
    waitCycles += rt.core.cycle - start;
  }

  return function* main(rt: FcRuntime) {
    yield* rt.clusterMount(true);
    from = yield* rt.alloc("l2ClData", bytes);
    to = yield* rt.alloc("l2ClData", bytes);
    for (const buffers of [inputs, outputs]) {
      for (let i = 0; i < 2; i++) buffers.push(yield* rt.alloc("clData", tileBytes));
    }
    const at = (address: number) => address - l2.params.base;
    for (let i = 0; i < bytes; i++) l2.bytes[at(from) + i] = i * 37 >> 2 & GREY;
    for (const overlap of [false, true]) {
      l2.bytes.fill(0, at(to), at(to) + bytes);
      waitCycles = computeCycles = 0;
      const busyBefore = clusterDma.busyCycles.value;
      let cycles = 0;
      yield* rt.clusterCall(0, function* measure(rt: PeRuntime) {
        const start = rt.core.cycle;
        yield* overlap ? doubleBuffered(rt) : oneAfterTheOther(rt);
        cycles = rt.core.cycle - start;
      });
      const input = l2.bytes.subarray(at(from), at(from) + bytes), output = l2.bytes.subarray(at(to), at(to) + bytes);
      const correct = output.every((value, i) => value === expectedByte(input[i]));
      const dmaCycles = clusterDma.busyCycles.value - busyBefore;
      rows.push({ overlap, cycles, dmaCycles, waitCycles, computeCycles, correct });
      yield* rt.printf(
        "%s: %d cycles for %d tiles\n",
        overlap ? "double-buffered" : "one after the other",
        cycles,
        tiles,
      );
    }
    yield* rt.clusterMount(false);
    return rows.every((row) => row.correct) ? 0 : 1;
  };
}
