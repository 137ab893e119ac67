/**
 * The layers of GreenWaves' CNN benchmark for GAP8: sizes, inputs, plain TypeScript, and their assembly on the eight-core board.
 * @module
 */
import { GAP8_TCDM } from "../../hw/memory/tcdm.ts";
import { ProgramError } from "../../hw/platforms/core_bench.ts";
import { cnnAssembly } from "./cnn_assembly.ts";
import { NORM } from "./cnn_convolution.ts";
import { runTeam, type TeamCost } from "./team_bench.ts";

/** Names of the layers. */
export type LayerName = keyof typeof cnnAssembly;

/** What an assembly uses: RV32IMC alone, GAP8's instructions without vectors, or with them. */
export type LayerForm = "plain" | "scalar" | "vector";

/** A layer: bytes in, bytes out. */
interface Layer {
  /** Bytes in a row of the image, and rows; of the linear layer inputs and outputs. */
  readonly width: number;
  readonly height: number;
  /** Columns of the result, which the cores share. */
  readonly columns: number;
  /** Results, */
  readonly outputs: number;
  /** and bytes from row to row of them. */
  readonly rowBytes: (form: LayerForm) => number;
  /** Bytes of weights. */
  readonly weights: number;
  /** The sum for an output, without its shift. */
  readonly sum: (image: Int8Array, weights: Int8Array, row: number, column: number, before: number) => number;
}

const POOL = 112, CONVOLUTION = 100, BORDER = 4, INPUTS = 1024, OUTPUTS = 16;

function pool(of: (pixels: readonly number[]) => number): Layer {
  return {
    width: POOL,
    height: POOL,
    columns: POOL / 2,
    outputs: POOL * POOL / 4,
    rowBytes: () => POOL / 2,
    weights: 0,
    sum: (image, _weights, row, column) => {
      const at = 2 * row * POOL + 2 * column;
      return of([image[at], image[at + 1], image[at + POOL], image[at + POOL + 1]]);
    },
  };
}

const layers: Readonly<Record<LayerName, Layer>> = {
  maxPool: pool((pixels) => Math.max(...pixels)),
  averagePool: pool((pixels) => pixels.reduce((sum, each) => sum + each, 0) >> 2),
  convolution: {
    width: CONVOLUTION,
    height: CONVOLUTION,
    columns: CONVOLUTION - BORDER,
    outputs: (CONVOLUTION - BORDER) ** 2,
    rowBytes: (form) => form === "vector" ? CONVOLUTION - BORDER : CONVOLUTION,
    weights: 25,
    sum: (image, weights, row, column, before) => {
      let sum = before << NORM;
      for (let k = 0; k < 25; k++) sum += weights[k] * image[(row + Math.trunc(k / 5)) * CONVOLUTION + column + k % 5];
      return sum >> NORM;
    },
  },
  linear: {
    width: INPUTS,
    height: OUTPUTS,
    columns: OUTPUTS,
    outputs: OUTPUTS,
    rowBytes: () => OUTPUTS,
    weights: INPUTS * OUTPUTS,
    sum: (inputs, weights, _row, output, before) => {
      let sum = before << NORM;
      for (let i = 0; i < INPUTS; i++) sum += inputs[i] * weights[output * INPUTS + i];
      return sum >> NORM;
    },
  },
};

/** What running a layer costs, per output. Of the linear layer an output is a product. */
export interface LayerCost extends TeamCost {
  /** How many there are. */
  readonly outputs: number;
}

/**
 * Runs a layer on a team, its inner loop at `place` in a line of 16 bytes; the cost is per output.
 * Throws a ProgramError if a result is not what plain TypeScript gives.
 */
export function runLayer(name: LayerName, form: LayerForm, cores: number, place: number = 0): LayerCost {
  const layer = layers[name];
  const source = (cnnAssembly[name] as Partial<Record<LayerForm, string>>)[form];
  if (source === undefined) throw new ProgramError(`Cannot run ${name} ${form}: there is no assembly of it`);
  const { width, height, columns, weights: weightBytes } = layer;
  const rowBytes = layer.rowBytes(form), rows = layer.outputs / columns;
  const image = name === "linear" ? someBytes(1, width) : someBytes(1, width * height);
  const weights = someBytes(2, weightBytes);
  // In the order of the benchmark's memory: image, results, weights.
  const results = image.length, after = results + rowBytes * rows + 3 & ~3;
  const chunk = Math.ceil(columns / cores);
  const run = runTeam({
    name: `${name} ${form}`,
    cores,
    place,
    data: [{ offset: 0, bytes: new Uint8Array(image.buffer) }, {
      offset: after,
      bytes: new Uint8Array(weights.buffer),
    }],
    source: `
        li   a0, ${GAP8_TCDM.base}
        li   a1, ${GAP8_TCDM.base + after}
        li   a2, ${GAP8_TCDM.base + results}
        li   a3, ${width}
        li   a4, ${height}
        li   a5, ${chunk}
        mul  a5, a5, tp
        addi a6, a5, ${chunk}
        li   t0, ${columns}
        p.min a6, a6, t0
        bge  a5, a6, leave
${source}
leave:  ${cores === 1 ? "" : "p.elw t0, 0x21c(gp)"}
        ret`,
  }, 1);
  const expected = new Int8Array(rowBytes * rows);
  for (let call = 0; call < run.calls; call++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const at = row * rowBytes + column;
        expected[at] = layer.sum(image, weights, row, column, expected[at]);
      }
    }
  }
  const wrong = expected.findIndex((value, at) => value !== run.l1[results + at] << 24 >> 24);
  if (wrong >= 0) throw new ProgramError(`Cannot trust ${name} ${form} on ${cores} cores: byte ${wrong} is wrong`);
  const outputs = name === "linear" ? layer.outputs * INPUTS : layer.outputs;
  return {
    cycles: run.cycles / outputs,
    instructions: run.instructions / outputs,
    conflicts: run.conflicts / outputs,
    outputs,
  };
}

function someBytes(seed: number, count: number): Int8Array {
  let state = seed;
  return Int8Array.from({ length: count }, () => (state = Math.imul(state, 1103515245) + 12345 | 0) >>> 16);
}
