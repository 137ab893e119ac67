/**
 * WebAssembly, as bytes.
 * @module
 */

/** Opcodes that the translator uses. */
export const WASM = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  drop: 0x1a,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  i32Load: 0x28,
  i64Load: 0x29,
  i64Load32U: 0x35,
  i32Load8S: 0x2c,
  i32Load8U: 0x2d,
  i32Load16S: 0x2e,
  i32Load16U: 0x2f,
  i32Store: 0x36,
  i64Store: 0x37,
  i32Store8: 0x3a,
  i32Store16: 0x3b,
  f64Load: 0x2b,
  f64Store: 0x39,
  i32Const: 0x41,
  i64Const: 0x42,
  i32Eqz: 0x45,
  i32Eq: 0x46,
  i32Ne: 0x47,
  i32LtS: 0x48,
  i32LtU: 0x49,
  i32GtS: 0x4a,
  i32GtU: 0x4b,
  i32LeS: 0x4c,
  i32LeU: 0x4d,
  i32GeS: 0x4e,
  i32GeU: 0x4f,
  i64GeS: 0x59,
  f64Gt: 0x64,
  i32Clz: 0x67,
  i32Ctz: 0x68,
  i32Popcnt: 0x69,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32Mul: 0x6c,
  i32DivU: 0x6e,
  i32RemU: 0x70,
  i32And: 0x71,
  i32Or: 0x72,
  i32Xor: 0x73,
  i32Shl: 0x74,
  i32ShrS: 0x75,
  i32ShrU: 0x76,
  i32Rotr: 0x78,
  i64Add: 0x7c,
  i64And: 0x83,
  i64Or: 0x84,
  i64Mul: 0x7e,
  i64DivS: 0x7f,
  i64RemS: 0x81,
  i64Shl: 0x86,
  i64ShrU: 0x88,
  f64Add: 0xa0,
  i32WrapI64: 0xa7,
  i64ExtendI32S: 0xac,
  i64ExtendI32U: 0xad,
  f64ConvertI32S: 0xb7,
  i32Extend8S: 0xc0,
  i32Extend16S: 0xc1,
} as const;

/** Type codes. */
const I32 = 0x7f, I64 = 0x7e, VOID = 0x40, FUNCTION_REFERENCE = 0x70;

/** Collects the body of a function. */
export class WasmCode {
  /** How many bytes there are so far. */
  length = 0;
  #bytes: Uint8Array;

  /** @param capacity bytes after which it has to move */
  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** The bytes so far. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  /** An instruction without operands. */
  op(opcode: number): this {
    if (this.length === this.#bytes.length) this.#grow();
    this.#bytes[this.length++] = opcode;
    return this;
  }

  /** An instruction with an index: a local, a label's depth. */
  index(opcode: number, index: number): this {
    return this.op(opcode).unsigned(index);
  }

  /** A 32-bit constant. */
  constant(value: number): this {
    return this.op(WASM.i32Const).#signed(value | 0);
  }

  /** A 64-bit constant, not negative, given as its two halves. */
  constant64(high: number, low: number): this {
    this.op(WASM.i64Const);
    // Seven bits at a time of the lower half, then with those of the upper one behind it.
    let below = low >>> 0, above = high >>> 0;
    for (;;) {
      const part = below & 0x7f;
      below = (below >>> 7 | above << 25) >>> 0;
      above >>>= 7;
      if (below === 0 && above === 0 && part < 0x40) return this.op(part);
      this.op(part | 0x80);
    }
  }

  /** A load or store with a constant offset; no alignment is promised. */
  memory(opcode: number, offset: number): this {
    return this.op(opcode).op(0).unsigned(offset);
  }

  /** Begins a block, a loop or an if that leaves nothing on the stack. */
  begin(opcode: number): this {
    return this.op(opcode).op(VOID);
  }

  /** Begins a block that leaves a 32-bit number on the stack. */
  beginGiving(opcode: number): this {
    return this.op(opcode).op(I32);
  }

  /** An unsigned number in LEB128. */
  unsigned(value: number): this {
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.op(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    return this.op(rest);
  }

  /** Everything that other code holds. */
  append({ bytes }: WasmCode): this {
    while (this.#bytes.length - this.length < bytes.length) this.#grow();
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  #signed(value: number): this {
    let rest = value;
    while (rest < -0x40 || rest > 0x3f) {
      this.op(rest & 0x7f | 0x80);
      rest >>= 7;
    }
    return this.op(rest & 0x7f);
  }

  #grow(): void {
    const longer = new Uint8Array(4 * this.#bytes.length);
    longer.set(this.#bytes);
    this.#bytes = longer;
  }
}

/** A function that a module imports from `env`; it gives a 32-bit result. */
export interface FunctionImport {
  readonly name: string;
  /** How many 32-bit parameters it has. */
  readonly parameters: number;
}

/** A function of a module; it gives a 32-bit result. */
export interface WasmFunction {
  /** The name under which it is exported. */
  readonly name: string;
  /** How many 32-bit parameters it has, */
  readonly parameters: number;
  /** how many 32-bit locals after them, */
  readonly locals32: number;
  /** how many 64-bit locals after those, */
  readonly locals64?: number;
  /** and 32-bit locals after those. */
  readonly more32?: number;
  /** Its code, without the final end. */
  readonly body: WasmCode;
}

/** What a module is like, beside its functions. */
export interface ModuleShape {
  /** Pages of its memory. */
  readonly pages: number;
  /** Functions that it imports; they are numbered first. */
  readonly imports?: readonly FunctionImport[];
  /** Whether it imports a table of functions, `env.table`. */
  readonly table?: boolean;
}

/** A module that uses an imported memory `env.memory`. The type of a function is the number of its parameters. */
export function wasmModule(functions: readonly WasmFunction[], shape: ModuleShape): Uint8Array<ArrayBuffer> {
  const { pages, imports: imported = [], table = false } = shape;
  const module = new WasmCode();
  for (const byte of [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) module.op(byte);
  const section = (id: number, content: WasmCode) => module.op(id).unsigned(content.length).append(content);
  const text = (code: WasmCode, name: string) => {
    code.unsigned(name.length);
    for (const letter of name) code.op(letter.charCodeAt(0));
  };
  const most = Math.max(...[...imported, ...functions].map(({ parameters }) => parameters));
  const types = new WasmCode().unsigned(most + 1);
  for (let parameters = 0; parameters <= most; parameters++) {
    types.op(0x60).unsigned(parameters);
    for (let i = 0; i < parameters; i++) types.op(I32);
    types.unsigned(1).op(I32);
  }
  const imports = new WasmCode().unsigned(1 + imported.length + (table ? 1 : 0));
  for (const { name, parameters } of imported) {
    text(imports, "env");
    text(imports, name);
    imports.op(0).unsigned(parameters);
  }
  text(imports, "env");
  text(imports, "memory");
  imports.op(2).op(1).unsigned(pages).unsigned(pages);
  if (table) {
    text(imports, "env");
    text(imports, "table");
    imports.op(1).op(FUNCTION_REFERENCE).op(0).unsigned(0);
  }
  const own = new WasmCode().unsigned(functions.length), exports = new WasmCode().unsigned(functions.length);
  functions.forEach(({ name, parameters }, index) => {
    own.unsigned(parameters);
    text(exports, name);
    exports.op(0).unsigned(imported.length + index);
  });
  section(1, types);
  section(2, imports);
  section(3, own);
  section(7, exports);
  // Sizes first, so that code is written behind them rather than copied from section to section.
  const locals = functions.map(({ locals32, locals64 = 0, more32 = 0 }) =>
    new WasmCode().unsigned(3).unsigned(locals32).op(I32).unsigned(locals64).op(I64).unsigned(more32).op(I32)
  );
  const sizes = functions.map(({ body }, index) => locals[index].length + body.length + 1);
  const count = new WasmCode().unsigned(functions.length);
  const all = sizes.reduce((sum, size) => sum + new WasmCode().unsigned(size).length + size, count.length);
  module.op(10).unsigned(all).append(count);
  functions.forEach(({ body }, index) => {
    module.unsigned(sizes[index]).append(locals[index]).append(body).op(WASM.end);
  });
  return module.bytes.slice();
}
