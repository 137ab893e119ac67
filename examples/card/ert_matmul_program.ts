/**
 * The host program of the scheduling notebook: a tiled matrix product with calls, with the scheduler as printed, and
 * with the scheduler as it has to be.
 * @module
 */
import {
  advancedXclbin,
  type Hazard,
  HazardWatch,
  type Kernel,
  Machine,
  Mmult,
  NdView,
  Pynq,
  type PynqBuffer,
  type TimeIt,
  timeit,
  type TimeItOptions,
  Vadd,
  type WaitHandle,
  writeXclbin,
} from "../../runtime/pynq/mod.ts";
import type { Process } from "../../sim/mod.ts";
import { Random } from "./random.ts";
import { matmul } from "./software.ts";

const KERNEL_SIZE = 512;
const MAT_SHAPE = [2 * KERNEL_SIZE, 2 * KERNEL_SIZE];
const TILES = [2, 2, KERNEL_SIZE, KERNEL_SIZE];
/** In [12]: room for two iterations at once. */
const LONG = [4, KERNEL_SIZE, KERNEL_SIZE];

/** Buffers of the program. */
interface Buffers {
  readonly inTilesA: PynqBuffer;
  readonly inTilesB: PynqBuffer;
  readonly tempBuf: PynqBuffer;
  readonly outTiles: PynqBuffer;
}

/** What one version of the loop does. */
type Cell = (mmult: Kernel, vadd: Kernel, buffers: Buffers) => Process;

/** What came of one version. */
export interface VersionReport {
  /** Measured time. */
  readonly time: TimeIt;
  /** When the first run of the measurement began, in picoseconds. */
  readonly startPs: number;
  /** When it ended. */
  readonly endPs: number;
  /** Output tiles that are right, of four. */
  readonly correctTiles: number;
  /** Whether the host's copy looked right before it was fetched: if so, it holds an older result. */
  readonly hostCopyLooksRight: boolean;
  /** What the detector found in one loop with a fresh `temp_buf`. */
  readonly hazards: readonly Hazard[];
}

/** What came of the program. */
export interface ErtMatmulReport {
  /** Whether the tiled algorithm is right in software. */
  readonly tilingCorrect: boolean;
  /** Kernels one after the other. */
  readonly call: VersionReport;
  /** The scheduler, as printed. */
  readonly seed: VersionReport;
  /** The scheduler, with products where the sums look for them. */
  readonly fixed: VersionReport;
  /** `mmult.call` alone, in ms. */
  readonly mmultMs: number;
  /** What was warned of. */
  readonly warnings: readonly string[];
}

/** A machine with the notebook's design on its disk. */
export function notebookMachine(seed: number): Machine {
  return new Machine({
    files: { "advanced.xclbin": writeXclbin(advancedXclbin) },
    models: { mmult: Mmult, vadd: Vadd },
    seed,
  });
}

/** In [9] and In [14]: everything waits for everything. */
function* called(mmult: Kernel, vadd: Kernel, { inTilesA, inTilesB, tempBuf, outTiles }: Buffers): Process {
  for (let i = 0; i < 2; i++) {
    for (let j = 0; j < 2; j++) {
      yield* mmult.call(inTilesA.slice(i, 0), inTilesB.slice(0, j), tempBuf.slice(0), { label: `mmult(${i},${j})#1` });
      yield* mmult.call(inTilesA.slice(i, 1), inTilesB.slice(1, j), tempBuf.slice(1), { label: `mmult(${i},${j})#2` });
      yield* vadd.call(tempBuf.slice(0), tempBuf.slice(1), outTiles.slice(i, j), { label: `vadd(${i},${j})` });
    }
  }
}

/** In [13] and In [15], as printed: the products always go to `tempBuf[0]` and `[1]`. */
function* asPrinted(mmult: Kernel, vadd: Kernel, { inTilesA, inTilesB, tempBuf, outTiles }: Buffers): Process {
  let sum: WaitHandle | null = null;
  for (let i = 0; i < 2; i++) {
    for (let j = 0; j < 2; j++) {
      const wh1: WaitHandle = yield* mmult.startErt(
        inTilesA.slice(i, 0),
        inTilesB.slice(0, j),
        tempBuf.slice(0),
        { label: `mmult(${i},${j})#1` },
      );
      const wh2: WaitHandle = yield* mmult.startErt(
        inTilesA.slice(i, 1),
        inTilesB.slice(1, j),
        tempBuf.slice(1),
        { label: `mmult(${i},${j})#2` },
      );
      sum = yield* vadd.startErt(
        tempBuf.slice(0 + 2 * j),
        tempBuf.slice(1 + 2 * j),
        outTiles.slice(i, j),
        { waitlist: [wh1, wh2, sum], label: `vadd(${i},${j})` },
      );
    }
  }
  yield* sum!.wait();
}

/** As released later: each of two iterations has its own half of `tempBuf`. */
function* corrected(mmult: Kernel, vadd: Kernel, { inTilesA, inTilesB, tempBuf, outTiles }: Buffers): Process {
  let sum: WaitHandle | null = null;
  for (let i = 0; i < 2; i++) {
    for (let j = 0; j < 2; j++) {
      const wh1: WaitHandle = yield* mmult.startErt(
        inTilesA.slice(i, 0),
        inTilesB.slice(0, j),
        tempBuf.slice(0 + 2 * j),
        { label: `mmult(${i},${j})#1` },
      );
      const wh2: WaitHandle = yield* mmult.startErt(
        inTilesA.slice(i, 1),
        inTilesB.slice(1, j),
        tempBuf.slice(1 + 2 * j),
        { label: `mmult(${i},${j})#2` },
      );
      sum = yield* vadd.startErt(
        tempBuf.slice(0 + 2 * j),
        tempBuf.slice(1 + 2 * j),
        outTiles.slice(i, j),
        { waitfor: [wh1, wh2, sum], label: `vadd(${i},${j})` },
      );
    }
  }
  yield* sum!.wait();
}

/** How the loops are timed. */
export interface NotebookOptions extends TimeItOptions {
  /** Times the first loop instead of loops after it: half the work, the same picture. */
  readonly quick?: boolean;
}

/** Runs the notebook on a machine. */
export function runNotebook(
  machine: Machine,
  seed: number,
  { quick, ...timing }: NotebookOptions = {},
): ErtMatmulReport {
  return new Pynq(machine).run(function* (pynq): Process<ErtMatmulReport> {
    const random = new Random(seed);
    const inA = random.integers(100, MAT_SHAPE), inB = random.integers(100, MAT_SHAPE);
    const expected = matmul(inA, inB);

    const ol = yield* pynq.overlay("advanced.xclbin");
    const mmult = ol.kernel("mmult_1"), vadd = ol.kernel("vadd_1");
    const inTilesA = (yield* pynq.allocate(TILES, "i4")).named("in_tiles_a");
    const inTilesB = (yield* pynq.allocate(TILES, "i4")).named("in_tiles_b");
    const outTiles = (yield* pynq.allocate(TILES, "i4")).named("out_tiles");
    inTilesA.assign(tiled(inA));
    inTilesB.assign(tiled(inB));
    yield* inTilesA.flush();
    yield* inTilesB.flush();

    /** Runs one version: once with a fresh temp_buf under the detector, then for its time. */
    function* version(cell: Cell, tempShape: readonly number[]): Process<VersionReport> {
      const watch = new HazardWatch(pynq, { unitOrder: true });
      const tempBuf = (yield* pynq.allocate(tempShape, "i4")).named("temp_buf");
      const buffers = { inTilesA, inTilesB, tempBuf, outTiles };
      const loop = () => cell(mmult, vadd, buffers);
      let startPs = pynq.sim.now;
      let time = yield* timeit(pynq, loop, { warmUp: 0 });
      // A look past the library, which would warn of it: what a comparison without invalidate() would see.
      const hostCopy = NdView.over(outTiles.object.host.bytes.buffer, TILES);
      const hostCopyLooksRight = hostCopy.equals(tiled(expected));
      yield* outTiles.invalidate();
      const correctTiles = countTiles(outTiles, tiled(expected));
      if (!quick) {
        // In [14] and In [15]; the loop before was the warm-up.
        watch.pause();
        startPs = pynq.sim.now;
        time = yield* timeit(pynq, loop, { ...timing, warmUp: 0 });
        watch.resume();
      }
      tempBuf.free();
      const endPs = startPs + time.runsMs[0] * 1e9;
      return { time, startPs, endPs, correctTiles, hostCopyLooksRight, hazards: watch.stop() };
    }

    const call = yield* version(called, TILES);
    const seedCell = yield* version(asPrinted, LONG);
    const fixed = yield* version(corrected, LONG);

    const product = yield* pynq.allocate([KERNEL_SIZE, KERNEL_SIZE], "i4");
    const alone = yield* timeit(pynq, () => mmult.call(inTilesA.slice(0, 0), inTilesB.slice(0, 0), product));
    for (const buffer of [product, inTilesA, inTilesB, outTiles]) buffer.free();
    ol.free();
    return {
      tilingCorrect: untiled(softwareTiles(inA, inB)).equals(expected),
      call,
      seed: seedCell,
      fixed,
      mmultMs: alone.meanMs,
      warnings: pynq.warnings,
    };
  });
}

/** `m.reshape(2, 512, 2, 512).transpose(0, 2, 1, 3)`. */
function tiled(matrix: NdView): NdView {
  return matrix.reshape([2, KERNEL_SIZE, 2, KERNEL_SIZE]).transpose(0, 2, 1, 3);
}

/** `t.transpose(0, 2, 1, 3).reshape(1024, 1024)`. */
function untiled(tiles: NdView): NdView {
  return tiles.transpose(0, 2, 1, 3).copy().reshape(MAT_SHAPE);
}

/** In [4]: the tiled algorithm in software. */
function softwareTiles(inA: NdView, inB: NdView): NdView {
  const a = tiled(inA), b = tiled(inB), out = NdView.zeros(TILES);
  for (let i = 0; i < 2; i++) {
    for (let j = 0; j < 2; j++) {
      const first = matmul(a.slice(i, 0), b.slice(0, j)).toTypedArray();
      const second = matmul(a.slice(i, 1), b.slice(1, j)).toTypedArray();
      out.slice(i, j).assign(NdView.over(Int32Array.from(first, (x, k) => (x + second[k]) | 0), a.slice(i, j).shape));
    }
  }
  return out;
}

function countTiles(tiles: NdView, expected: NdView): number {
  return [[0, 0], [0, 1], [1, 0], [1, 1]].filter(([i, j]) => tiles.slice(i, j).equals(expected.slice(i, j))).length;
}
