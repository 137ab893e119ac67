import { assertEquals, assertThrows } from "@std/assert";
import { wasmModule } from "../../../../hw/riscv/engine/wasm_code.ts";
import { compileText } from "../../../../hw/riscv/engine/wasm_text.ts";

type Functions = Readonly<Record<string, (...numbers: number[]) => number>>;

const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
const words = new Int32Array(memory.buffer);
const HALVES = ["HALF"];
const CONSTANTS = { BASE: 64, WORD: 4, HALF: 10, LARGE: 0x8000_0000 };

function functions(text: string, twice: (value: number) => number = () => 0): Functions {
  const imports = [{ name: "twice", parameters: 1 }];
  const compiled = compileText(text, CONSTANTS, imports, (field) => HALVES.includes(field));
  const module = new WebAssembly.Module(wasmModule(compiled, { pages: 1, imports }));
  return new WebAssembly.Instance(module, { env: { memory, twice } }).exports as unknown as Functions;
}

Deno.test("compileText: operators have the precedence that they have in C", () => {
  const [a, b, c] = [-1234567, 77, 5];
  const expressions: readonly (readonly [text: string, value: number])[] = [
    ["a + b * c", a + b * c],
    ["a - b - c", a - b - c],
    ["a << 2 + c", a << 2 + c],
    ["a >> c | b", a >> c | b],
    ["a >>> c & b ^ c", a >>> c & b ^ c],
    ["a & b == 77", a & Number(b === 77)],
    ["a < b == 1", 1],
    ["a != b && b >= c || c", 1],
    ["0 || 0 && a", 0],
    ["b && c", c],
    ["a ? b : c", b],
    ["a > 0 ? b : c > 0 ? 1 : 2", 1],
    ["-a + ~b", -a + ~b],
    ["!a", 0],
    ["!(a & 0)", 1],
    ["-1 << 30", -1 << 30],
    ["a * 0x9e3779b1", Math.imul(a, 0x9e37_79b1)],
    ["LARGE >> 31", -1],
    ["ltu(b, a) + 2 * leu(b, b) + 4 * geu(b, a)", 3],
    ["ctz(b - 77 | 96)", 5],
  ];
  for (const [text, value] of expressions) {
    assertEquals(functions(`function f(a, b, c) { return ${text}; }`).f(a, b, c), value | 0, text);
  }
});

Deno.test("compileText: statements", () => {
  const { gcd, sign, nothing } = functions(`
    // Euclid's.
    function gcd(a, b) {
      while (b) {
        let rest = a;
        while (rest >= b) { rest = rest - b; } // slowly
        a = b;
        b = rest;
      }
      return a;
    }
    function sign(a) {
      if (a < 0) { return -1; } else if (a == 0) { return 0; } else { a = 1; }
      return a;
    }
    function nothing(a) { sign(a); }`);
  assertEquals([gcd(84, 36), gcd(17, 5), sign(-9), sign(0), sign(9), nothing(9)], [12, 1, -1, 0, 1, 0]);
});

Deno.test("compileText: places in memory have 32 bits, or 16 without a sign", () => {
  const { set, get } = functions(`
    function set(at, word, half) { [at] = word; at.WORD = word + 1; at.HALF = half; BASE.WORD = at; }
    function get(at) { return [at] + at.WORD + at.HALF + BASE.WORD; }`);
  words.fill(-1);
  set(128, 1000, 0x1_fffe);
  assertEquals([...words.subarray(32, 35)], [1000, 1001, 0xfffe_ffff | 0]);
  assertEquals([words[17], get(128)], [128, 1000 + 1001 + 0xfffe + 128]);
});

Deno.test("compileText: functions call those behind them, and imported ones", () => {
  const asked: number[] = [];
  const { f } = functions(
    `function f(a) { return g(a, 1) + twice(a); } function g(a, b) { return a - b; }`,
    (value) => {
      asked.push(value);
      return 2 * value;
    },
  );
  assertEquals([f(10), asked], [29, [10]]);
});

Deno.test("compileText says where a text stops making sense", () => {
  const messages: readonly (readonly [text: string, message: string])[] = [
    ["function f(a) { return a + @; }", 'Cannot compile: what is "@; }"?'],
    ["function f(a) { return a + b; }", 'Cannot compile: there is no "b", after "function f ( a ) { return a + b"'],
    ["function f(a) { a.NOWHERE = 1; }", 'there is no "NOWHERE"'],
    ["function f(a) { b = 1; }", 'there is no "b"'],
    ["function f(a) { return a }", '";" expected, not "}"'],
    ["function f(a) { if (a) return 1; }", '"{" expected, not "return"'],
    ["function f(a) { return twice(a, a); }", '")" expected, not ","'],
    ["function f(a) { return a;", "it ends too early"],
    ["let a = 1;", '"function" expected, not "let"'],
  ];
  for (const [text, message] of messages) assertThrows(() => functions(text), Error, message);
});
