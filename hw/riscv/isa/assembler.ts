/**
 * The assembler: RISC-V and Xpulp assembly to a {@linkcode Program}, with the mnemonics and encodings of the
 * instruction table.
 *
 * The language is GNU as's: labels (`loop:`, `1:` with `1b` and `1f`), statements separated by line ends or `;`,
 * comments (`#`, `//`, C's), expressions with GNU as's precedence (`* / % << >>`, then `| & ^`, then `+ -`), `%hi %lo
 * %pcrel_hi %pcrel_lo`, and the directives `.text .data .rodata .bss .section .globl .word .half .byte .ascii .asciz
 * .string .space .align .p2align .balign .org .equ .set .option .macro .rept .if`. Differences, since nothing links the
 * result: all symbols have their addresses here; `call` and `tail` become one jump where that reaches (but after
 * `.option norelax`), and conditional branches past 4 KiB an inverted branch over a jump.
 *
 * Sections lie one after the other from the base address: code in the order of the source, then `.rodata`, `.data` and
 * `.bss`.
 *
 * Targets of branches, jumps and hardware loops are addresses. The end of a hardware loop is what the core compares
 * with: in RI5CY the address of the **last instruction of the body**, in CV32E40P that of the **instruction after it**:
 *
 * ```text
 *         lp.setupi x0, 10, last            cv.setupi 0, 10, after
 *         p.lw a0, 4(a1!)                   cv.lw a0, 4(a1!)
 *   last: add a2, a2, a0                    add a2, a2, a0
 *                                    after:
 * ```
 * @module
 */
import { AssemblyError, type AssemblyProblem, Mistake } from "./assembler_error.ts";
import { Conditions } from "./assembler_conditions.ts";
import { constant, direct, type Target } from "./assembler_directives.ts";
import { Expansion, type Modes } from "./assembler_expansion.ts";
import { type Expression, parseExpression, type Scope } from "./assembler_expression.ts";
import { Code, type Item } from "./assembler_items.ts";
import { Layout, placeOrder, Section } from "./assembler_layout.ts";
import { expandMacro, type Macro, parseMacroHead } from "./assembler_macros.ts";
import { parseOperands } from "./assembler_operands.ts";
import { Scanner, shorten } from "./assembler_scanner.ts";
import { firstWord, Source, type Statement, UNCLOSED } from "./assembler_source.ts";
import { Symbols } from "./assembler_symbols.ts";
import type { InstructionSet } from "./decoder.ts";
import { ri5cy } from "./isa.ts";
import { Program } from "./program.ts";

export { AssemblyError, type AssemblyProblem } from "./assembler_error.ts";

/** How to assemble. */
export interface AssembleOptions {
  /** Mnemonics and encodings; `ri5cy` if absent. */
  readonly set?: InstructionSet;
  /** Address of the first section, even; 0 if absent. */
  readonly base?: number;
  /** Name of the source in messages. */
  readonly file?: string;
  /** Symbols from outside, such as addresses of registers. */
  readonly symbols?: Readonly<Record<string, number>>;
}

/**
 * Assembles a source.
 *
 * Throws an {@linkcode AssemblyError} with all that is wrong, and nothing else whatever the source; a RangeError for a
 * base that is odd or no 32-bit address.
 *
 * @example Sum of an array
 * ```ts
 * import { assemble } from "./assembler.ts";
 *
 * const program = assemble(`
 *   _start: la a1, numbers
 *           lp.setupi x0, 3, last
 *           p.lw a0, 4(a1!)
 *   last:   add a2, a2, a0
 *           ret
 *           .data
 *   numbers: .word 1, 2, 3
 * `, { base: 0x1c000000 });
 * console.log(program.symbol("numbers").toString(16));
 * ```
 */
export function assemble(source: string, options: AssembleOptions = {}): Program {
  const { base = 0 } = options;
  if (!Number.isInteger(base) || base < 0 || base >= 2 ** 32 || base % 2 !== 0) {
    throw new RangeError(`Cannot assemble at base ${base}: it has to be an even 32-bit address`);
  }
  return new Assembler(source, base, options).run();
}

/** What {@linkcode asm} takes: numbers, names of registers or symbols, and pieces of assembly. */
export type AsmValue = number | string;

/** A tagged template that is assembled. */
export type AsmTag = (strings: TemplateStringsArray, ...values: readonly AsmValue[]) => Program;

/**
 * Assembles a template; `asm({ base: 0x1c000000 })` gives a tag with options. Numbers have to be integers. Backslashes
 * mean what they mean in assembly, not in TypeScript.
 *
 * Throws what {@linkcode assemble} throws, and a RangeError for a number that is not an integer.
 *
 * @example A loop
 * ```ts
 * import { asm } from "./assembler.ts";
 *
 * const times = 10;
 * const program = asm`
 *      li t0, ${times}
 *   1: addi t0, t0, -1
 *      bnez t0, 1b
 *      ret
 * `;
 * console.log(program.segments[0].bytes.length);
 * ```
 */
export function asm(strings: TemplateStringsArray, ...values: readonly AsmValue[]): Program;
/** A tag that assembles with options. */
export function asm(options: AssembleOptions): AsmTag;
export function asm(first: TemplateStringsArray | AssembleOptions, ...values: readonly AsmValue[]): Program | AsmTag {
  if (!("raw" in first)) return (strings, ...values) => assemble(fill(strings, values), first);
  return assemble(fill(first, values));
}

function fill(strings: TemplateStringsArray, values: readonly AsmValue[]): string {
  return strings.raw.reduce((text, next, index) => {
    const value = values[index - 1];
    if (typeof value === "number" && !Number.isSafeInteger(value)) {
      throw new RangeError(`Cannot assemble \${${value}}: numbers have to be integers below 2^53`);
    }
    return `${text}${value}${next}`;
  });
}

/** Most mistakes that are collected. */
const MOST_PROBLEMS = 100;
const REPETITIONS: ReadonlySet<string> = new Set([".rept"]);
const MACROS: ReadonlySet<string> = new Set([".macro"]);
const LABEL = /\s*([A-Za-z_.$][\w.$]*|\d{1,9})\s*:/y;
const ASSIGNMENT = /([A-Za-z_$][\w.$]*)\s*=(?!=)/y;

/** One run of the assembler. */
class Assembler implements Target, Scope {
  modes: Modes = { rvc: true, relax: true };
  readonly putAside: Modes[] = [];
  readonly scope: Scope = this;
  readonly #source: Source;
  readonly #base: number;
  readonly #file: string;
  readonly #symbols: Symbols;
  readonly #expansion: Expansion;
  readonly #conditions = new Conditions();
  readonly #macros = new Map<string, Macro>();
  readonly #sections = new Map<string, Section>();
  readonly #problems: AssemblyProblem[] = [];
  readonly #lines: readonly string[];
  #section: Section;
  #statement!: Statement;
  #expansions = 0;

  constructor(text: string, base: number, options: AssembleOptions) {
    this.#source = new Source(text);
    this.#lines = text.split("\n");
    this.#base = base;
    this.#file = options.file ?? "assembly";
    this.#symbols = new Symbols(options.symbols ?? {});
    this.#expansion = new Expansion(options.set ?? ri5cy);
    this.#section = new Section(".text");
    this.#sections.set(".text", this.#section);
  }

  run(): Program {
    while (this.#problems.length < MOST_PROBLEMS && this.#step());
    for (const statement of this.#conditions.open()) {
      this.#refuse(new Mistake("Cannot find .endif: the condition that begins here never ends"), statement);
    }
    const sections = placeOrder(this.#sections.values());
    const layout = new Layout(
      sections,
      this.#symbols,
      this.#base,
      (mistake, statement) => this.#refuse(mistake, statement),
    );
    if (this.#problems.length > 0 || !layout.place()) this.#fail();
    const lines = new Map<number, number>();
    const segments = layout.write(lines);
    const symbols = this.#symbols.values((mistake, statement) => this.#refuse(mistake, statement));
    if (this.#problems.length > 0) this.#fail();
    const entry = symbols.get("_start") ?? this.#sections.get(".text")!.addresses[0];
    return new Program({ segments, symbols, entry, lines, file: this.#file });
  }

  // What directives act on.

  get inCode(): boolean {
    return this.#section.code;
  }

  get sectionStart(): Expression {
    return { kind: "anchor", anchor: { section: this.#section, index: 0 }, weight: 1 };
  }

  enter(name: string, code: boolean): void {
    let section = this.#sections.get(name);
    if (!section) this.#sections.set(name, section = new Section(name));
    if (code) section.code = true;
    this.#section = section;
  }

  place(item: Item): void {
    this.#section.items.push(item);
  }

  assign(name: string, value: Expression): void {
    this.#symbols.assign(name, value, this.#statement);
  }

  isAddress(value: Expression): boolean {
    return this.#symbols.isAddress(value);
  }

  // What symbols mean.

  resolve(name: string, at: number): Expression {
    return this.#symbols.resolve(name, at);
  }

  local(number: number, direction: "b" | "f", at: number): Expression {
    return this.#symbols.local(number, direction, at);
  }

  has(name: string): boolean {
    return this.#symbols.has(name);
  }

  here(): Expression {
    return { kind: "anchor", anchor: { section: this.#section, index: this.#section.items.length }, weight: 1 };
  }

  /** Takes the next statement; whether there was one. */
  #step(): boolean {
    try {
      const statement = this.#source.next();
      if (!statement) return false;
      this.#statement = statement;
      this.#assemble(statement);
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      this.#refuse(error, this.#statement);
    }
    return true;
  }

  #assemble(statement: Statement): void {
    const { text } = statement;
    if (text === UNCLOSED) throw new Mistake("Cannot find */: the comment that begins here never ends");
    if (this.#conditions.direct(firstWord(text), statement, this)) return;
    let from = 0;
    for (;;) {
      LABEL.lastIndex = from;
      const label = LABEL.exec(text)?.[1];
      if (label === undefined) break;
      const at = from + text.slice(from).search(/\S/);
      from = LABEL.lastIndex;
      this.#symbols.label(label, { section: this.#section, index: this.#section.items.length }, statement, at);
    }
    const scanner = new Scanner(text, from);
    if (scanner.atEnd()) return;
    const { word } = scanner;
    if (scanner.kind !== "name") {
      throw new Mistake(
        `Cannot read ${scanner.describe()}: a label, an instruction or a directive has to stand here`,
        scanner.start,
      );
    }
    ASSIGNMENT.lastIndex = scanner.start;
    if (ASSIGNMENT.test(text)) {
      scanner.next();
      scanner.expect("=");
      this.assign(word, parseExpression(scanner, this));
      if (!scanner.atEnd()) scanner.expect(";");
      return;
    }
    const macro = this.#macros.get(word);
    if (macro) {
      this.#source.insert(expandMacro(macro, text.slice(scanner.end), statement, this.#expansions++), 1);
      return;
    }
    const rest = scanner.end;
    scanner.next();
    if (word.startsWith(".")) this.#direct(word, scanner, rest, statement);
    else this.#instruct(word, scanner, statement);
  }

  #instruct(name: string, scanner: Scanner, statement: Statement): void {
    const written = parseOperands(scanner, this);
    this.#section.code = true;
    this.place(new Code(statement, this.#expansion.expand(name, written, this.modes, this.here())));
  }

  #direct(name: string, scanner: Scanner, rest: number, statement: Statement): void {
    if (name === ".macro") {
      const head = parseMacroHead(statement.text.slice(rest));
      this.#macros.set(head.name, { ...head, body: this.#source.block(MACROS, ".endm") });
    } else if (name === ".rept") {
      const times = constant(scanner, this, name);
      this.#source.insert(this.#source.block(REPETITIONS, ".endr"), times);
    } else if (name === ".endm" || name === ".endr") {
      throw new Mistake(`Cannot end with ${name}: there is no ${name === ".endm" ? ".macro" : ".rept"} before it`);
    } else direct(name, scanner, this, statement);
  }

  #refuse({ message, at }: Mistake, statement: Statement): void {
    if (this.#problems.length >= MOST_PROBLEMS) return;
    const { text, line, column, macro } = statement;
    const offset = at >= 0 ? at : this.#mnemonic(text);
    const context = macro ? ` (in macro ${shorten(macro.name)}, used in line ${macro.line})` : "";
    this.#problems.push({
      file: this.#file,
      line,
      column: macro ? 1 : column + offset,
      message: (message.startsWith("Cannot ")
        ? message
        : `Cannot assemble '${shorten(text.slice(this.#mnemonic(text)))}': ${message}`) + context,
      source: macro ? text : this.#lines[line - 1],
      caret: (macro ? 1 : column) + offset,
    });
  }

  /** Where the statement begins behind its labels. */
  #mnemonic(text: string): number {
    LABEL.lastIndex = 0;
    let from = 0;
    while (LABEL.test(text)) from = LABEL.lastIndex;
    return from + text.slice(from).search(/\S|$/);
  }

  #fail(): never {
    throw new AssemblyError(this.#problems.sort((a, b) => a.line - b.line));
  }
}
