/**
 * The words and signs of one assembly statement.
 * @module
 */
import { Mistake } from "./assembler_error.ts";

/** What a token is. */
export type TokenKind = "end" | "name" | "number" | "text" | "local" | "sign";

/**
 * Steps through a statement token by token. Numbers are decimal, `0x`, `0b`, octal with a leading 0 (as GNU as has it),
 * or a character such as `'a'`; `1f` and `1b` are numeric local labels; a lone `.` is a name.
 */
export class Scanner {
  /** The statement. */
  readonly text: string;
  /** What the current token is. */
  kind: TokenKind = "end";
  /** The token as it stands. */
  word = "";
  /** Contents of a text: escapes as bytes, other characters as UTF-8. */
  bytes: number[] = [];
  /** Value of a number. */
  value = 0;
  /** 0-based offset of the current token. */
  start = 0;
  /** 0-based offset behind the current token. */
  end: number;

  /** Reads the first token from offset `from`. */
  constructor(text: string, from: number = 0) {
    this.text = text;
    this.end = from;
    this.next();
  }

  /** Whether no token is left. */
  atEnd(): boolean {
    return this.kind === "end";
  }

  /** Whether the current token is this sign. */
  is(sign: string): boolean {
    return this.kind === "sign" && this.word === sign;
  }

  /** Steps over the current token if it is this sign. */
  accept(sign: string): boolean {
    if (!this.is(sign)) return false;
    this.next();
    return true;
  }

  /** Steps over this sign, which has to be there. */
  expect(sign: string): void {
    if (!this.accept(sign)) {
      throw new Mistake(`Cannot read ${this.describe()}: '${sign}' has to stand here`, this.start);
    }
  }

  /** The current token for a message. */
  describe(): string {
    return this.kind === "end" ? "the end of the statement" : `'${this.text.slice(this.start, this.end)}'`;
  }

  /** Steps to the next token. */
  next(): void {
    const text = this.text;
    let at = this.end;
    let code = text.charCodeAt(at);
    while (code <= 32 || code === 0xa0) code = text.charCodeAt(++at);
    this.start = at;
    if (Number.isNaN(code)) {
      this.kind = "end";
      this.word = "";
      this.end = at;
    } else if (isNameStart(code)) {
      do code = text.charCodeAt(++at); while (isNameStart(code) || isDigit(code));
      this.#set("name", at);
    } else if (isDigit(code)) this.#number(at);
    else if (code === 0x22) this.#quoted(at + 1);
    else if (code === 0x27) this.#character(at + 1);
    else {
      const two = text.slice(at, at + 2);
      this.#set("sign", at + (TWO_CHARACTERS.has(two) ? 2 : (code & 0xfc00) === 0xd800 ? 2 : 1));
    }
  }

  #set(kind: TokenKind, end: number): void {
    this.kind = kind;
    this.word = this.text.slice(this.start, end);
    this.end = end;
  }

  #number(at: number): void {
    const text = this.text;
    let code = text.charCodeAt(at);
    while (isDigit(code) || isNameStart(code)) code = text.charCodeAt(++at);
    this.#set("number", at);
    const word = this.word;
    if (DECIMAL.test(word)) this.value = Number(word);
    else if (OCTAL.test(word)) this.value = parseInt(word, 8);
    else if (HEXADECIMAL.test(word) || BINARY.test(word)) this.value = Number(word);
    else if (LOCAL.test(word)) this.kind = "local";
    else throw new Mistake(`Cannot read number '${shorten(word)}'`, this.start);
    if (this.kind === "number" && !Number.isSafeInteger(this.value)) {
      throw new Mistake(`Cannot read number '${shorten(word)}': it is past 2^53`, this.start);
    }
  }

  #character(at: number): void {
    const [value, after] = this.#escaped(at);
    this.value = value;
    this.#set("number", this.text[after] === "'" ? after + 1 : after);
  }

  #quoted(at: number): void {
    this.bytes = [];
    while (this.text[at] !== '"') {
      const [code, after] = this.#escaped(at);
      if (this.text[at] === "\\") this.bytes.push(code);
      else pushUtf8(this.bytes, code);
      at = after;
    }
    this.#set("text", at + 1);
  }

  /** The character at `at`, its escape resolved, and where the next one is. */
  #escaped(at: number): [code: number, after: number] {
    const text = this.text;
    const code = text.codePointAt(at);
    if (code === undefined) throw new Mistake("Cannot read text: its closing quote is missing", this.start);
    if (code !== 0x5c) return [code, at + (code > 0xffff ? 2 : 1)];
    const letter = text[at + 1] ?? "";
    const digits = (letter === "x" ? /^[0-9a-fA-F]+/ : /^[0-7]{1,3}/).exec(
      text.slice(at + (letter === "x" ? 2 : 1), at + 18),
    );
    if (digits) {
      const after = at + digits[0].length + (letter === "x" ? 2 : 1);
      return [parseInt(digits[0], letter === "x" ? 16 : 8) & 0xff, after];
    }
    const plain = ESCAPES.get(letter);
    if (plain === undefined) throw new Mistake(`Cannot read escape '\\${letter}'`, at);
    return [plain, at + 2];
  }
}

function pushUtf8(bytes: number[], code: number): void {
  if (code < 0x80) bytes.push(code);
  else if (code < 0x800) bytes.push(0xc0 | code >> 6, 0x80 | code & 63);
  else if (code < 0x10000) bytes.push(0xe0 | code >> 12, 0x80 | code >> 6 & 63, 0x80 | code & 63);
  else bytes.push(0xf0 | code >> 18, 0x80 | code >> 12 & 63, 0x80 | code >> 6 & 63, 0x80 | code & 63);
}

const DECIMAL = /^(0|[1-9][0-9]*)$/;
const OCTAL = /^0[0-7]+$/;
const HEXADECIMAL = /^0[xX][0-9a-fA-F]+$/;
const BINARY = /^0[bB][01]+$/;
const LOCAL = /^[0-9]{1,9}[bf]$/;
const TWO_CHARACTERS = new Set(["<<", ">>", "==", "!=", "<=", ">=", "<>", "&&", "||"]);
const ESCAPES = new Map([["n", 10], ["t", 9], ["r", 13], ["b", 8], ["f", 12], ["v", 11], ["a", 7], ["\\", 92], [
  '"',
  34,
], ["'", 39]]);

/** Whether a character can begin a name: letters, `_`, `.` and `$`. */
export function isNameStart(code: number): boolean {
  return code >= 97 && code <= 122 || code >= 65 && code <= 90 || code === 46 || code === 95 || code === 36;
}

/** Whether a character is a decimal digit. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** At most 40 characters of a text, for messages. */
export function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
