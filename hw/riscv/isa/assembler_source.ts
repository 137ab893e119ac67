/**
 * An assembly source cut into statements, with room for those that macros and repetitions make.
 * @module
 */
import { Mistake } from "./assembler_error.ts";

/** One statement, where it stands, and the macro that it comes from. */
export interface Statement {
  /** Its text without comments. */
  readonly text: string;
  /** 1-based line. */
  readonly line: number;
  /** 1-based column of its first character. */
  readonly column: number;
  /** The macro that it was made by, and the line that used it. */
  readonly macro?: { readonly name: string; readonly line: number };
}

/** Statements that expansions may make in all, characters in them, and how deeply macros may use each other. */
const MOST_STATEMENTS = 300_000;
const MOST_CHARACTERS = 30_000_000;
const DEEPEST = 64;

interface Cursor {
  readonly statements: readonly Statement[];
  next: number;
  again: number;
}

/** The statements in the order in which they are assembled. */
export class Source {
  readonly #cursors: Cursor[] = [];
  #statements = 0;
  #characters = 0;

  /** Starts with the statements of the file. */
  constructor(text: string) {
    this.#cursors.push({ statements: split(text), next: 0, again: 0 });
  }

  /** The next statement, or `undefined` at the end. */
  next(): Statement | undefined {
    for (;;) {
      const cursor = this.#cursors.at(-1);
      if (cursor === undefined) return undefined;
      if (cursor.next < cursor.statements.length) {
        const statement = cursor.statements[cursor.next++];
        if (this.#cursors.length > 1) this.#count(statement);
        return statement;
      }
      if (cursor.again > 0) {
        cursor.again--;
        cursor.next = 0;
      } else this.#cursors.pop();
    }
  }

  /** Puts statements before those that are left, `times` times. */
  insert(statements: readonly Statement[], times: number): void {
    if (this.#cursors.length > DEEPEST) {
      throw new Mistake(`Cannot expand: macros and repetitions use each other more than ${DEEPEST} deep`);
    }
    if (statements.length > 0 && times > 0) this.#cursors.push({ statements, next: 0, again: times - 1 });
  }

  /** Takes the statements up to the directive `close` that belongs to an `open` already taken; both may nest. */
  block(open: ReadonlySet<string>, close: string): Statement[] {
    const cursor = this.#cursors.at(-1);
    const taken: Statement[] = [];
    let depth = 1;
    while (cursor && cursor.next < cursor.statements.length) {
      const statement = cursor.statements[cursor.next++];
      if (this.#cursors.length > 1) this.#count(statement);
      const word = firstWord(statement.text);
      if (open.has(word)) depth++;
      else if (word === close && --depth === 0) return taken;
      taken.push(statement);
    }
    throw new Mistake(`Cannot find ${close}: the block that begins here never ends`);
  }

  /** Drops all that is left. */
  stop(): void {
    this.#cursors.length = 0;
  }

  #count(statement: Statement): void {
    this.#statements++;
    this.#characters += statement.text.length;
    if (this.#statements <= MOST_STATEMENTS && this.#characters <= MOST_CHARACTERS) return;
    this.stop();
    throw new Mistake(`Cannot expand: macros and repetitions make more than ${MOST_STATEMENTS} statements`);
  }
}

/** The first word of a statement in lower case: its directive or mnemonic, unless a label stands before it. */
export function firstWord(text: string): string {
  return (/^\s*([.\w$]+)/.exec(text)?.[1] ?? "").toLowerCase();
}

/** The statement that stands for a comment without an end, and for all that it hides. */
export const UNCLOSED = "/*";

/** Cuts at line ends and `;`, and takes out comments: `#` and `//` to the end of the line, and C's. */
export function split(text: string): Statement[] {
  const statements: Statement[] = [];
  let line = 1;
  let lineStart = 0;
  /** Where the statement begins, and what of it has been copied, with blanks for comments. */
  let begin = 0;
  let copied = "";
  let start = 0;
  const cut = (end: number, next: number) => {
    const piece = copied + text.slice(start, end);
    const first = piece.search(/\S/);
    if (first >= 0) {
      statements.push({ text: piece.slice(first).trimEnd(), line, column: begin - lineStart + first + 1 });
    }
    copied = "";
    begin = start = next;
  };
  const newLine = (at: number) => {
    line++;
    lineStart = begin = start = at + 1;
  };
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0a) {
      cut(at, at + 1);
      newLine(at);
    } else if (code === 0x3b) cut(at, at + 1); // ;
    else if (code === 0x22) at = endOfText(text, at);
    else if (code === 0x27) at = endOfCharacter(text, at);
    else if (code === 0x23 || code === 0x2f && text.charCodeAt(at + 1) === 0x2f) { // # and //
      cut(at, at);
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end;
      newLine(at);
    } else if (code === 0x2f && text.charCodeAt(at + 1) === 0x2a) { // block comment
      const close = text.indexOf("*/", at + 2);
      if (close < 0) {
        cut(at, at);
        statements.push({ text: UNCLOSED, line, column: at - lineStart + 1 });
        return statements;
      }
      const end = close + 2;
      const lineEnd = text.indexOf("\n", at);
      if (lineEnd < 0 || lineEnd >= end) copied += text.slice(start, at) + " ".repeat(end - at);
      else cut(at, end);
      for (at += 2; at < end; at++) if (text.charCodeAt(at) === 0x0a) newLine(at);
      start = end;
      if (copied === "") begin = end;
      at = end - 1;
    }
  }
  cut(text.length, text.length);
  return statements;
}

/** Offset of the last character of a character constant that may be one of the signs which end a statement. */
function endOfCharacter(text: string, at: number): number {
  const length = text[at + 1] === "\\" ? 2 : 1;
  return text.slice(at + 1, at + 1 + length).includes("\n") ? at : at + length;
}

/** Offset of a text's closing quote, or of the last character of its line when that is missing. */
export function endOfText(text: string, at: number): number {
  for (at++; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at;
    if (code === 0x0a) return at - 1;
    if (code === 0x5c) at++;
  }
  return at;
}
