/**
 * Functions of 32-bit numbers in linear memory, written as text.
 *
 * A text is some `function name(a, b) { ... }`. Each gives a number, 0 if it ends without `return`.
 *
 * - statements: `let a = value;`, `a = value;`, `place = value;`, a call, `if (value) { ... } else { ... }`,
 *   `while (value) { ... }`, `return value;`
 * - places: `base.FIELD`, the word so many bytes behind an address, and `[address]`
 * - operators, with the precedence they have in C: `?: || && | ^ & == != < <= > >= << >> >>> + - * ~ !`; comparisons are
 *   signed
 * - functions: those of the text, those that are imported, and `ltu leu geu` (unsigned comparisons) and `ctz`
 * - capital letters name constants
 * @module
 */
import { type FunctionImport, WASM, WasmCode, type WasmFunction } from "./wasm_code.ts";

/** Levels of binary operators, the loosest first. */
const BINARY: Readonly<Record<string, readonly [precedence: number, opcode: number]>> = {
  "|": [3, WASM.i32Or],
  "^": [4, WASM.i32Xor],
  "&": [5, WASM.i32And],
  "==": [6, WASM.i32Eq],
  "!=": [6, WASM.i32Ne],
  "<": [7, WASM.i32LtS],
  "<=": [7, WASM.i32LeS],
  ">": [7, WASM.i32GtS],
  ">=": [7, WASM.i32GeS],
  "<<": [8, WASM.i32Shl],
  ">>": [8, WASM.i32ShrS],
  ">>>": [8, WASM.i32ShrU],
  "+": [9, WASM.i32Add],
  "-": [9, WASM.i32Sub],
  "*": [10, WASM.i32Mul],
};
const OR = 1, AND = 2;
const BUILT_IN: Readonly<Record<string, number>> = {
  ltu: WASM.i32LtU,
  leu: WASM.i32LeU,
  geu: WASM.i32GeU,
  ctz: WASM.i32Ctz,
};
const TOKEN = /\s*(?:\/\/[^\n]*\s*)*(0x[0-9a-f]+|\d+|\w+|>>>|<<|>>|&&|\|\||[=!<>]=|[-|^&<>+*?:~!(),;={}[\].])/y;

/**
 * Compiles a text. Throws an Error that says where it stops making sense.
 *
 * @param constants values of its constants
 * @param imports functions that come before its own
 * @param isHalf whether the field with a name has 16 bits, without a sign
 */
export function compileText(
  text: string,
  constants: Readonly<Record<string, number>>,
  imports: readonly FunctionImport[],
  isHalf: (field: string) => boolean,
): WasmFunction[] {
  return new Compiler(text, constants, imports, isHalf).functions();
}

class Compiler {
  readonly #tokens: string[] = [];
  readonly #constants: Readonly<Record<string, number>>;
  readonly #functions = new Map<string, { readonly index: number; readonly parameters: readonly string[] }>();
  #locals = new Map<string, number>();
  #code = new WasmCode();
  #at = 0;
  readonly #isHalf: (field: string) => boolean;
  /** Opcodes for the place that was named last. */
  #load = 0;
  #store = 0;

  constructor(
    text: string,
    constants: Readonly<Record<string, number>>,
    imports: readonly FunctionImport[],
    isHalf: (field: string) => boolean,
  ) {
    this.#isHalf = isHalf;
    TOKEN.lastIndex = 0;
    const end = text.trimEnd().length;
    while (TOKEN.lastIndex < end) {
      const from = TOKEN.lastIndex;
      const match = TOKEN.exec(text);
      if (match === null) throw new Error(`Cannot compile: what is "${text.slice(from, from + 20).trim()}"?`);
      this.#tokens.push(match[1]);
    }
    this.#constants = constants;
    for (const { name, parameters } of imports) {
      this.#functions.set(name, { index: this.#functions.size, parameters: new Array(parameters).fill("") });
    }
    this.#tokens.forEach((token, index) => {
      if (token !== "function") return;
      const open = index + 2;
      const parameters = this.#tokens.slice(open + 1, this.#tokens.indexOf(")", open)).filter((each) => each !== ",");
      this.#functions.set(this.#tokens[index + 1], { index: this.#functions.size, parameters });
    });
  }

  functions(): WasmFunction[] {
    const found: WasmFunction[] = [];
    while (this.#at < this.#tokens.length) {
      this.#expect("function");
      const name = this.#next();
      const { parameters } = this.#functions.get(name)!;
      while (this.#next() !== ")");
      this.#locals = new Map(parameters.map((parameter, index) => [parameter, index]));
      this.#code = new WasmCode();
      this.#block();
      const body = this.#code.constant(0);
      found.push({ name, parameters: parameters.length, locals32: this.#locals.size - parameters.length, body });
    }
    return found;
  }

  /** Number of a function, by its name, among all. */
  #function(name: string) {
    return this.#functions.get(name) ?? this.#fail(`there is no "${name}"`);
  }

  #block(): void {
    this.#expect("{");
    while (!this.#take("}")) this.#statement();
  }

  #statement(): void {
    const code = this.#code;
    if (this.#take("let")) {
      const name = this.#next();
      if (!this.#locals.has(name)) this.#locals.set(name, this.#locals.size);
      this.#expect("=");
      this.#assign(name);
    } else if (this.#take("return")) {
      this.#value();
      code.op(WASM.return);
    } else if (this.#take("if")) {
      this.#value();
      code.begin(WASM.if);
      this.#block();
      if (this.#take("else")) {
        code.op(WASM.else);
        if (this.#tokens[this.#at] === "if") this.#statement();
        else this.#block();
      }
      code.op(WASM.end);
      return;
    } else if (this.#take("while")) {
      code.begin(WASM.block).begin(WASM.loop);
      this.#value();
      code.op(WASM.i32Eqz).index(WASM.brIf, 1);
      this.#block();
      code.index(WASM.br, 0).op(WASM.end).op(WASM.end);
      return;
    } else if (this.#tokens[this.#at + 1] === "=") {
      const name = this.#next();
      this.#expect("=");
      this.#assign(name);
    } else {
      const offset = this.#place();
      if (offset < 0) code.op(WASM.drop);
      else {
        const store = this.#store;
        this.#expect("=");
        this.#value();
        code.memory(store, offset);
      }
    }
    this.#expect(";");
  }

  #assign(name: string): void {
    this.#value();
    this.#code.index(WASM.localSet, this.#locals.get(name) ?? this.#fail(`there is no "${name}"`));
  }

  #value(): void {
    this.#binary(OR);
    if (!this.#take("?")) return;
    this.#code.beginGiving(WASM.if);
    this.#value();
    this.#expect(":");
    this.#code.op(WASM.else);
    this.#value();
    this.#code.op(WASM.end);
  }

  #binary(least: number): void {
    const code = this.#code;
    if (least === OR) this.#binary(AND);
    else if (least === AND) this.#binary(AND + 1);
    else this.#unary();
    if (least === OR) {
      while (this.#take("||")) {
        code.beginGiving(WASM.if).constant(1).op(WASM.else);
        this.#binary(AND);
        code.op(WASM.end);
      }
    } else if (least === AND) {
      while (this.#take("&&")) {
        code.beginGiving(WASM.if);
        this.#binary(AND + 1);
        code.op(WASM.else).constant(0).op(WASM.end);
      }
    } else {
      for (;;) {
        const [precedence, opcode] = BINARY[this.#tokens[this.#at]] ?? [0, 0];
        if (precedence < least) return;
        this.#at++;
        this.#binary(precedence + 1);
        code.op(opcode);
      }
    }
  }

  #unary(): void {
    const code = this.#code;
    if (this.#take("-")) {
      code.constant(0);
      this.#unary();
      code.op(WASM.i32Sub);
    } else if (this.#take("~")) {
      this.#unary();
      code.constant(-1).op(WASM.i32Xor);
    } else if (this.#take("!")) {
      this.#unary();
      code.op(WASM.i32Eqz);
    } else {
      const offset = this.#place();
      if (offset >= 0) code.memory(this.#load, offset);
    }
  }

  /** A value, which is pushed, or a place, of which the address is, with what has to be added to it; negative for a value. */
  #place(): number {
    const code = this.#code;
    const token = this.#next();
    if (token === "[") {
      this.#value();
      this.#expect("]");
      this.#load = WASM.i32Load;
      this.#store = WASM.i32Store;
      return 0;
    }
    const local = this.#locals.get(token);
    if (token === "(") {
      this.#value();
      this.#expect(")");
    } else if (/^\d/.test(token)) code.constant(Number(token));
    else if (local !== undefined) code.index(WASM.localGet, local);
    else if (token in this.#constants) code.constant(this.#constants[token]);
    else this.#call(token);
    if (!this.#take(".")) return -1;
    const field = this.#next();
    const isHalf = this.#isHalf(field);
    this.#load = isHalf ? WASM.i32Load16U : WASM.i32Load;
    this.#store = isHalf ? WASM.i32Store16 : WASM.i32Store;
    return this.#constants[field] ?? this.#fail(`there is no "${field}"`);
  }

  #call(name: string): void {
    const builtIn = BUILT_IN[name];
    const parameters = builtIn === undefined ? this.#function(name).parameters.length : name === "ctz" ? 1 : 2;
    this.#expect("(");
    for (let i = 0; i < parameters; i++) {
      if (i > 0) this.#expect(",");
      this.#value();
    }
    this.#expect(")");
    if (builtIn !== undefined) this.#code.op(builtIn);
    else this.#code.index(WASM.call, this.#function(name).index);
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #next(): string {
    return this.#tokens[this.#at++] ?? this.#fail("it ends too early");
  }

  #expect(token: string): void {
    const found = this.#next();
    if (found !== token) this.#fail(`"${token}" expected, not "${found}"`);
  }

  #fail(why: string): never {
    throw new Error(
      `Cannot compile: ${why}, after "${this.#tokens.slice(Math.max(0, this.#at - 12), this.#at).join(" ")}"`,
    );
  }
}
