/**
 * The assembler's directives: sections, data, space, alignment, symbols and options.
 * @module
 */
import { Mistake } from "./assembler_error.ts";
import { evaluate, type Expression, parseExpression, type Scope } from "./assembler_expression.ts";
import type { Modes } from "./assembler_expansion.ts";
import { Alignment, Bytes, Data, type Item, Space } from "./assembler_items.ts";
import { nearest } from "./assembler_nearest.ts";
import { type Scanner, shorten } from "./assembler_scanner.ts";
import type { Statement } from "./assembler_source.ts";

/** What directives act on. */
export interface Target {
  /** What symbols mean at this place. */
  readonly scope: Scope;
  /** The options in force. */
  modes: Modes;
  /** Options that `.option push` put aside. */
  readonly putAside: Modes[];
  /** Whether the current section is padded with nops. */
  readonly inCode: boolean;
  /** Where the current section begins. */
  readonly sectionStart: Expression;
  /** Goes on in a section. */
  enter(name: string, code: boolean): void;
  /** Puts an item into the current section. */
  place(item: Item): void;
  /** Gives a name a value. */
  assign(name: string, value: Expression): void;
  /** Whether an expression is an address rather than a number. */
  isAddress(value: Expression): boolean;
}

type Directive = (scanner: Scanner, target: Target, statement: Statement, name: string) => void;

/** The largest alignment, as a power of two. */
const LARGEST_ALIGNMENT = 16;
const FILL = 0xff;

const section: Directive = (_scanner, target, _statement, name) => target.enter(name, name === ".text");

const align: Directive = (scanner, target, statement, name) => {
  const at = scanner.start;
  const amount = constant(scanner, target, name);
  const fill = scanner.accept(",") && !scanner.is(",") ? constant(scanner, target, name) & FILL : undefined;
  const most = scanner.accept(",") ? constant(scanner, target, name) : Infinity;
  const boundary = name === ".balign" ? Math.max(amount, 1) : 2 ** amount;
  if (amount < 0 || boundary > 2 ** LARGEST_ALIGNMENT || (boundary & boundary - 1) !== 0) {
    const takes = name === ".balign"
      ? `a power of two up to ${2 ** LARGEST_ALIGNMENT}`
      : `0 to ${LARGEST_ALIGNMENT}, the power of two`;
    throw new Mistake(`Cannot align to ${amount}: ${name} takes ${takes}`, at);
  }
  target.place(new Alignment(statement, boundary, fill ?? (target.inCode ? "nop" : 0), most));
};

const data = (width: number): Directive => (scanner, target, statement) => {
  // One item for each, so that '.' is the address of the number itself.
  do target.place(new Data(statement, width, parseExpression(scanner, target.scope))); while (scanner.accept(","));
};

const text = (ending: readonly number[]): Directive => (scanner, target, statement, name) => {
  const bytes: number[] = [];
  do {
    if (scanner.kind !== "text") {
      throw new Mistake(`Cannot read ${scanner.describe()}: ${name} takes texts in double quotes`, scanner.start);
    }
    for (const byte of scanner.bytes) bytes.push(byte);
    bytes.push(...ending);
    scanner.next();
  } while (scanner.accept(","));
  target.place(new Bytes(statement, bytes));
};

const space: Directive = (scanner, target, statement, name) => {
  const count = parseExpression(scanner, target.scope);
  const fill = scanner.accept(",") ? constant(scanner, target, name) & FILL : 0;
  target.place(new Space(statement, name, fill, (_address, values) => evaluate(count, values)));
};

/** A number counts from the section's start, as GNU as has it; an expression of labels is an address. */
const org: Directive = (scanner, target, statement, name) => {
  const to = parseExpression(scanner, target.scope);
  const fill = scanner.accept(",") ? constant(scanner, target, name) & FILL : 0;
  const start = target.sectionStart;
  target.place(
    new Space(statement, name, fill, (address, values) => {
      const base = target.isAddress(to) ? 0 : evaluate(start, values);
      return base + evaluate(to, values) - address;
    }),
  );
};

const assign: Directive = (scanner, target, _statement, name) => {
  const symbol = scanner.word;
  if (scanner.kind !== "name" || symbol === ".") {
    throw new Mistake(`Cannot read ${scanner.describe()}: ${name} takes a name and a value`, scanner.start);
  }
  scanner.next();
  scanner.expect(",");
  target.assign(symbol, parseExpression(scanner, target.scope));
};

const OPTIONS: Readonly<Record<string, Partial<Modes>>> = {
  rvc: { rvc: true },
  norvc: { rvc: false },
  relax: { relax: true },
  norelax: { relax: false },
  pic: {},
  nopic: {},
};

const option: Directive = (scanner, target) => {
  const at = scanner.start;
  const word = scanner.word;
  if (word === "push") target.putAside.push(target.modes);
  else if (word === "pop") {
    const modes = target.putAside.pop();
    if (!modes) throw new Mistake("Cannot take back options: there is no .option push before this .option pop", at);
    target.modes = modes;
  } else if (Object.hasOwn(OPTIONS, word)) target.modes = { ...target.modes, ...OPTIONS[word] };
  else {throw new Mistake(
      `Cannot set option ${scanner.describe()}: there are push, pop, ${Object.keys(OPTIONS).join(", ")}`,
      at,
    );}
  scanner.next();
};

const named: Directive = (scanner, target, _statement, name) => {
  const section = scanner.kind === "text" ? String.fromCharCode(...scanner.bytes.slice(0, 100)) : scanner.word;
  if (scanner.kind !== "name" && scanner.kind !== "text") {
    throw new Mistake(`Cannot read ${scanner.describe()}: ${name} takes a section's name`, scanner.start);
  }
  scanner.next();
  const code = scanner.accept(",") && scanner.kind === "text" && scanner.bytes.includes(0x78); // flag x
  target.enter(section, code || section.startsWith(".text"));
  skip(scanner);
};

const ignored: Directive = (scanner) => skip(scanner);

const DIRECTIVES: ReadonlyMap<string, Directive> = new Map(
  Object.entries({
    ".text": section,
    ".data": section,
    ".rodata": section,
    ".bss": section,
    ".section": named,
    ".align": align,
    ".p2align": align,
    ".balign": align,
    ".byte": data(1),
    ".half": data(2),
    ".short": data(2),
    ".hword": data(2),
    ".2byte": data(2),
    ".word": data(4),
    ".long": data(4),
    ".int": data(4),
    ".4byte": data(4),
    ".ascii": text([]),
    ".asciz": text([0]),
    ".string": text([0]),
    ".space": space,
    ".skip": space,
    ".zero": space,
    ".org": org,
    ".equ": assign,
    ".set": assign,
    ".option": option,
    // What compilers write for linkers and debuggers.
    ...Object.fromEntries(
      ".globl .global .local .weak .type .size .file .ident .loc .attribute .addrsig .end"
        .split(" ").map((name) => [name, ignored]),
    ),
  }),
);

/** Directives that the assembler itself knows, for the nearest one to a misspelt one. */
const OTHERS = [".macro", ".endm", ".rept", ".endr", ".if", ".ifdef", ".ifndef", ".elseif", ".else", ".endif"];

/** Carries out a directive; the scanner stands behind its name. */
export function direct(name: string, scanner: Scanner, target: Target, statement: Statement): void {
  const directive = DIRECTIVES.get(name) ?? (name.startsWith(".cfi_") ? ignored : undefined);
  if (!directive) {
    const near = nearest(name, [...DIRECTIVES.keys(), ...OTHERS]);
    throw new Mistake(`Cannot find directive ${shorten(name)}${near === undefined ? "" : `; the nearest is ${near}`}`);
  }
  directive(scanner, target, statement, name);
  if (!scanner.atEnd()) throw new Mistake(`Cannot read ${scanner.describe()}: ${name} ends before it`, scanner.start);
}

/** Parses an expression whose value has to be known at once. */
export function constant(scanner: Scanner, target: { readonly scope: Scope }, name: string): number {
  const at = scanner.start;
  const value = parseExpression(scanner, target.scope);
  if (typeof value === "number") return value;
  throw new Mistake(
    `Cannot use a value that is not known yet: ${name} takes numbers and names that are set before it`,
    at,
  );
}

function skip(scanner: Scanner): void {
  while (!scanner.atEnd()) scanner.next();
}
