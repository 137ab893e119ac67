/**
 * Statements to instructions: the row that the operands fit, pseudo-instructions taken apart, and for each what may
 * stand instead when it is shorter or reaches further.
 * @module
 */
import { Mistake } from "./assembler_error.ts";
import { type Expression, partOf } from "./assembler_expression.ts";
import { type Form, type Forms, formsOf } from "./assembler_forms.ts";
import { type Compression, compressionOf } from "./assembler_compression.ts";
import { csrNumbers, movedCsr } from "./assembler_csrs.ts";
import { nearest } from "./assembler_nearest.ts";
import type { WrittenOperands } from "./assembler_operands.ts";
import { findPseudo, pseudoInstructions } from "./assembler_pseudo.ts";
import { shorten } from "./assembler_scanner.ts";
import type { InstructionSet } from "./decoder.ts";
import { cv32e40p, ri5cy } from "./isa.ts";
import { operands } from "./operands.ts";

/** One instruction whose operands may still be open. */
export interface Piece {
  /** Its row. */
  readonly form: Form;
  /** Its operands. */
  readonly values: readonly Expression[];
  /** 0-based offset of each operand in the statement, -1 where it is not written there. */
  readonly starts: readonly number[];
}

/** What a statement may become, the shortest first; each later one reaches further. */
export type Alternatives = readonly (readonly Piece[])[];

/** What `.option` sets. */
export interface Modes {
  /** Whether 16-bit forms are taken where there are any. */
  readonly rvc: boolean;
  /** Whether `call` and `tail` become one jump where that reaches. */
  readonly relax: boolean;
}

/** Branches that go exactly when the other does not. */
const OPPOSITES: ReadonlyMap<string, string> = new Map(
  ["beq bne", "blt bge", "bltu bgeu", "p.beqimm p.bneimm", "cv.beqimm cv.bneimm"].flatMap((pair) => {
    const [one, other] = pair.split(" ");
    return [[one, other], [other, one]];
  }),
);

/** Pseudo-instructions whose length depends on their operands, and what they take. */
const SPECIAL: ReadonlyMap<string, string> = new Map([
  ["li", "rd, imm"],
  ["la", "rd, symbol"],
  ["lla", "rd, symbol"],
  ["call", "symbol"],
  ["tail", "symbol"],
]);

const RA = 1;
const T1 = 6;

/** Makes instructions of one set. */
export class Expansion {
  readonly #forms: Forms;
  readonly #compression: Compression;
  readonly #set: InstructionSet;

  /** For the mnemonics and encodings of `set`. */
  constructor(set: InstructionSet) {
    this.#set = set;
    this.#forms = formsOf(set);
    this.#compression = compressionOf(set);
  }

  /** The instructions of a statement at `here`. Throws a {@linkcode Mistake} if there are none. */
  expand(name: string, written: WrittenOperands, modes: Modes, here: Expression): Alternatives {
    const { shape, values, starts } = written;
    const form = this.#forms.find(name, shape);
    if (form) return this.#choose({ form, values: this.#operands(form, values, starts), starts }, modes);
    const pseudo = findPseudo(this.#set.name, name, shape);
    if (pseudo) {
      const pieces = pseudo.steps.map((step) => {
        const form = this.#form(step.name, step.shape);
        const places = step.sources.map((source) => "is" in source ? -1 : starts[source.position]);
        const given = step.sources.map((source) => "is" in source ? source.is : values[source.position]);
        return { form, values: this.#operands(form, given, places), starts: places };
      });
      return pieces.length === 1 ? this.#choose(pieces[0], modes) : [pieces.map((piece) => this.#short(piece, modes))];
    }
    return this.#special(name, written, modes, here) ?? this.#refuse(name, written);
  }

  #special(name: string, { shape, values, starts }: WrittenOperands, modes: Modes, here: Expression) {
    const one = (form: Form, ...values: Expression[]): Piece => ({
      form,
      values,
      starts: values.map((value) => starts[written.indexOf(value)] ?? -1),
    });
    const written = values;
    const relative = (base: number, target: Expression, last: (low: Expression) => Piece): Piece[] => [
      one(this.#form("auipc", "R,E"), base, partOf("pcrel_hi", target, starts[written.indexOf(target)])),
      last(partOf("pcrel_lo", here, -1)),
    ];
    const load = (rd: number, target: Expression) =>
      relative(rd, target, (low) => one(this.#form("addi", "R,R,E"), rd, rd, low));
    const jump = (link: number, base: number, target: Expression): Alternatives => {
      const far = relative(base, target, (low) => one(this.#form("jalr", "R,E(R)"), link, low, base));
      if (!modes.relax) return [far];
      return [...this.#choose(one(this.#form("jal", "R,E"), link, target), modes), far];
    };
    const [first, second, third] = values;
    switch (`${name} ${shape}`) {
      case "li R,E":
        return [this.#constant(first as number, second, starts[1]).map((piece) => this.#short(piece, modes))];
      case "la R,E":
      case "lla R,E":
        if (typeof second !== "number") return [load(first as number, second)];
        return [this.#constant(first as number, second, starts[1]).map((piece) => this.#short(piece, modes))];
      case "call E":
        return jump(RA, RA, first);
      case "call R,E":
        return jump(first as number, first as number, second);
      case "tail E":
        return jump(0, T1, first);
      case "fence E,E":
        return this.#fence(values, starts);
    }
    // Memory by symbol: lw rd, symbol and sw rs2, symbol, scratch.
    const form = this.#forms.find(name, "R,E(R)");
    const access = form && operands(form.instruction).memory?.kind;
    if (form && access === "load" && shape === "R,E") {
      return [relative(first as number, second, (low) => one(form, first, low, first))];
    }
    if (form && access === "store" && shape === "R,E,R") {
      return [relative(third as number, second, (low) => one(form, first, low, third))];
    }
    return undefined;
  }

  /** `li`: one instruction where the low 12 bits or the high 20 do, else two; always two for what is not known yet. */
  #constant(rd: number, value: Expression, at: number): Piece[] {
    const lui = this.#form("lui", "R,E");
    const addi = this.#form("addi", "R,R,E");
    const starts = [-1, -1, at];
    if (typeof value === "number") {
      if (value < -0x8000_0000 || value > 0xffff_ffff) {
        throw new Mistake(`immediate ${value} does not fit 32 bits (${-0x8000_0000}..${0xffff_ffff})`, at);
      }
      const signed = value | 0;
      if (signed >= -2048 && signed <= 2047) return [{ form: addi, values: [rd, 0, signed], starts }];
    }
    const low = partOf("lo", value, at);
    const upper: Piece = { form: lui, values: [rd, partOf("hi", value, at)], starts: [-1, at] };
    return low === 0 ? [upper] : [upper, { form: addi, values: [rd, rd, low], starts }];
  }

  /** The cores order everything at any fence, so that a fence of some accesses becomes one of all. */
  #fence(values: readonly Expression[], starts: readonly number[]): Alternatives {
    values.forEach((value, index) => {
      if (!/^(?=.)i?o?r?w?$/.test(symbolName(value) ?? "")) {
        throw new Mistake("a fence takes accesses out of i, o, r and w, such as rw", starts[index]);
      }
    });
    return [[{ form: this.#form("fence", ""), values: [], starts: [] }]];
  }

  /** The piece, its 16-bit forms before it, and behind it what reaches further. */
  #choose(piece: Piece, modes: Modes): Alternatives {
    const { form, values } = piece;
    if (form.target < 0 || form.size === 2) return [[this.#short(piece, modes)]];
    const shorts = modes.rvc ? this.#compression.of(form, values) : [];
    const alternatives: Piece[][] = shorts.map((short) => [{ ...short, starts: piece.starts }]);
    alternatives.push([piece]);
    const opposite = OPPOSITES.get(form.name);
    if (opposite !== undefined) {
      const over: Piece = { ...piece, form: this.#form(opposite, form.shape) };
      const [short] = modes.rvc ? this.#compression.of(over.form, over.values) : [];
      const first = short ? { ...short, starts: piece.starts } : over;
      const past: Expression = { kind: "ahead", bytes: first.form.size + 4, weight: 1 };
      alternatives.push([
        { ...first, values: first.values.map((value, position) => position === first.form.target ? past : value) },
        { form: this.#form("jal", "R,E"), values: [0, values[form.target]], starts: [-1, piece.starts[form.target]] },
      ]);
    }
    return alternatives;
  }

  /** The 16-bit form of an instruction that does not go anywhere, if it has one. */
  #short(piece: Piece, modes: Modes): Piece {
    if (!modes.rvc || piece.form.target >= 0) return piece;
    const short = this.#compression.of(piece.form, piece.values)[0];
    return short ? { ...short, starts: piece.starts } : piece;
  }

  #form(name: string, shape: string): Form {
    const form = this.#forms.find(name, shape);
    if (!form) throw new Error(`Cannot expand: ${this.#set.name} has no ${name} ${shape}`);
    return form;
  }

  /** Names of CSRs and hardware loops replaced by their numbers; what is known already is checked. */
  #operands(form: Form, values: readonly Expression[], starts: readonly number[]): readonly Expression[] {
    let known = values;
    form.operands.forEach(({ role }, position) => {
      const value = values[position];
      if (role === "csr" || role === "loop") {
        const number = role === "csr" ? this.#csr(value, starts[position]) : loop(value, starts[position]);
        if (number !== value) known = known.map((old, index) => index === position ? number : old);
      }
    });
    known.forEach((value, position) => {
      if (typeof value !== "number" || position === form.target) return;
      const problem = form.misfit(position, value, 0);
      if (problem !== undefined) throw new Mistake(problem, starts[position]);
    });
    return known;
  }

  #csr(value: Expression, at: number): number {
    if (typeof value === "number") return value;
    if (value.kind !== "symbol") throw new Mistake("a CSR has to be a name or a number", at);
    const numbers = csrNumbers(this.#set.name);
    const number = numbers.get(value.name);
    if (number !== undefined) return number;
    const near = nearest(value.name, numbers.keys());
    throw new Mistake(
      movedCsr(this.#set.name, value.name) ??
        `there is no CSR ${shorten(value.name)}${near ? `; the nearest is ${near}` : ": write its number"}`,
      at,
    );
  }

  #refuse(name: string, { shape, values, starts }: WrittenOperands): never {
    const syntaxes = this.#takes(name);
    if (syntaxes.length > 0) {
      const takes = `${name} takes ${syntaxes.map((syntax) => syntax || "no operands").join(" or ")}`;
      // A misspelt register reads as a symbol: then only one letter of the shape is wrong.
      const letters = shape.replace(/[^RE]/g, "");
      const wrong = this.#forms.named(name).filter((form) => form.shape.replace(/[^RE]/g, "").length === letters.length)
        .map((form) => form.operands.findIndex(({ role }, i) => role === "register" && letters[i] === "E"))
        .find((position) => position >= 0 && symbolName(values[position]) !== undefined);
      if (wrong === undefined) throw new Mistake(takes);
      throw new Mistake(`${shorten(symbolName(values[wrong])!)} is no register; ${takes}`, starts[wrong]);
    }
    const other = this.#set.name === "ri5cy" ? cv32e40p : ri5cy;
    if (other.byName(name).length > 0) {
      const [row] = other.byName(name);
      const here = this.#forms.of.get(row);
      throw new Mistake(
        `${this.#set.name} has no ${name}${here ? `; it calls it ${here}` : `, only ${other.name} has`}`,
      );
    }
    const near = nearest(name, this.#mnemonics());
    const form = near === undefined ? "" : `; the nearest is ${`${near} ${this.#takes(near)[0]}`.trim()}`;
    throw new Mistake(`there is no instruction ${shorten(name)}${form}`);
  }

  /** The syntaxes of a mnemonic. */
  #takes(name: string): string[] {
    const special = SPECIAL.get(name);
    return [
      ...this.#forms.named(name).map(({ instruction }) => instruction.syntax),
      ...pseudoInstructions.filter((row) => row.name === name && (row.only ?? this.#set.name) === this.#set.name)
        .map(({ syntax }) => syntax),
      ...(special === undefined ? [] : [special]),
    ];
  }

  *#mnemonics(): Iterable<string> {
    yield* this.#forms.names();
    for (const { name } of pseudoInstructions) yield name;
    yield* SPECIAL.keys();
  }
}

/** Hardware loops are written x0 and x1, as the manual has it, or 0 and 1, or L0 and L1. */
function loop(value: Expression, at: number): number {
  if (value === 0 || value === 1) return value;
  const name = symbolName(value) ?? "";
  if (/^[lL][01]$/.test(name)) return Number(name[1]);
  throw new Mistake("a hardware loop is x0 or x1", at);
}

function symbolName(value: Expression): string | undefined {
  return typeof value === "object" && value.kind === "symbol" ? value.name : undefined;
}
