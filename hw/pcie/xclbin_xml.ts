/**
 * The XML that xclbins use: elements and attributes. Text between elements is not kept; there are no DTDs.
 * @module
 */
import { XclbinError } from "./xclbin_content.ts";

/** An element, parsed; another parser's result may be handed over in this form too. */
export interface XmlElement {
  /** Its name. */
  readonly name: string;
  /** Its attributes. */
  readonly attributes: ReadonlyMap<string, string>;
  /** The elements in it. */
  readonly children: readonly XmlElement[];
}

/** How deep elements may be nested: kernels' ports are 6 deep, and listings of modules a few more. */
const MAX_DEPTH = 64;

/** How many elements there may be: linked designs have some thousands. */
const MAX_ELEMENTS = 250_000;

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** The root element of an XML text. Throws an XclbinError, with the line, if it is not well-formed or nested too deep. */
export function parseXml(text: string): XmlElement {
  return new XmlParser(text).parse();
}

/** An element as XML text, indented. Throws an XclbinError for characters that XML has no way to write. */
export function formatXml(element: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${formatElement(element, "")}`;
}

function formatElement({ name, attributes, children }: XmlElement, indent: string): string {
  const tag = [name, ...[...attributes].map(([key, value]) => `${key}="${escape(value)}"`)].join(" ");
  if (children.length === 0) return `${indent}<${tag}/>\n`;
  return `${indent}<${tag}>\n${
    children.map((child) => formatElement(child, `${indent}  `)).join("")
  }${indent}</${name}>\n`;
}

function escape(value: string): string {
  // deno-lint-ignore no-control-regex
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(value) || !value.isWellFormed()) {
    throw new XclbinError(`Cannot write ${JSON.stringify(value)} as XML: it has a character that XML does not allow`);
  }
  return value.replace(/[&<>"\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Reads tag after tag with an explicit stack, in time linear in the text's length. */
class XmlParser {
  readonly #text: string;
  #at = 0;
  #elements = 0;
  readonly #open: { name: string; attributes: Map<string, string>; children: XmlElement[] }[] = [];
  #root: XmlElement | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): XmlElement {
    while (this.#nextMarkup()) {
      if (this.#skip("<?", "?>") || this.#skip("<!--", "-->") || this.#skip("<![CDATA[", "]]>")) continue;
      if (this.#text.startsWith("<!", this.#at)) this.#fail("it declares entities or types, which an xclbin does not");
      if (this.#text.startsWith("</", this.#at)) this.#closeTag();
      else this.#openTag();
    }
    if (this.#open.length > 0) this.#fail(`<${this.#open.at(-1)!.name}> is not closed`);
    return this.#root ?? this.#fail("it has no element");
  }

  /** Moves to the next `<`, past text; false at the end. */
  #nextMarkup(): boolean {
    const next = this.#text.indexOf("<", this.#at);
    const between = this.#text.slice(this.#at, next < 0 ? undefined : next);
    if (this.#open.length === 0 && /[^\s\0\ufeff]/.test(between)) this.#fail("it has text outside of its elements");
    this.#at = next < 0 ? this.#text.length : next;
    return next >= 0;
  }

  #skip(start: string, end: string): boolean {
    if (!this.#text.startsWith(start, this.#at)) return false;
    const close = this.#text.indexOf(end, this.#at + start.length);
    if (close < 0) this.#fail(`${start} is not closed`);
    this.#at = close + end.length;
    return true;
  }

  #closeTag(): void {
    this.#at += 2;
    const name = this.#take(NAME) || this.#fail("a closing tag has no name");
    this.#take(SPACE);
    if (this.#text[this.#at++] !== ">") this.#fail(`</${name} is not closed`);
    const element = this.#open.pop();
    if (element?.name !== name) {
      this.#fail(element ? `<${element.name}> is closed by </${name}>` : `</${name}> closes nothing`);
    }
    this.#close(element!);
  }

  #openTag(): void {
    this.#at++;
    const name = this.#take(NAME) || this.#fail("a tag has no name");
    if (++this.#elements > MAX_ELEMENTS) this.#fail(`it has more than ${MAX_ELEMENTS} elements`);
    if (this.#open.length === MAX_DEPTH) this.#fail(`its elements are nested more than ${MAX_DEPTH} deep`);
    if (this.#open.length === 0 && this.#root) this.#fail(`<${name}> is a second root element`);
    const element = { name, attributes: new Map<string, string>(), children: [] };
    for (;;) {
      const space = this.#take(SPACE);
      if (this.#text.startsWith("/>", this.#at)) {
        this.#at += 2;
        return this.#close(element);
      }
      if (this.#text[this.#at] === ">") {
        this.#at++;
        this.#open.push(element);
        return;
      }
      const key = (space && this.#take(NAME)) || this.#fail(`<${name} is not closed`);
      if (element.attributes.has(key)) this.#fail(`<${name}> has ${key} twice`);
      element.attributes.set(key, this.#value(`${key} of <${name}>`));
    }
  }

  #value(what: string): string {
    const quote = this.#take(EQUALS).at(-1) ?? this.#fail(`${what} has no quoted value`);
    const end = this.#text.indexOf(quote, this.#at);
    if (end < 0) this.#fail(`the value of ${what} is not closed`);
    const raw = this.#text.slice(this.#at, end);
    if (raw.includes("<")) this.#fail(`the value of ${what} has a <, or is not closed`);
    this.#at = end + 1;
    return raw.replace(/[\t\n\r]/g, " ").replace(/&([^;]{0,12};?)/g, (_, entity) => this.#entity(entity, what));
  }

  #entity(entity: string, what: string): string {
    const [, hex, decimal, name] = /^(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]+));$/i.exec(entity) ?? [];
    const named = ENTITIES.get(name ?? "");
    if (named !== undefined) return named;
    const code = hex !== undefined ? parseInt(hex, 16) : Number(decimal ?? 0);
    const valid = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return valid ? String.fromCodePoint(code) : this.#fail(`${what} has &${entity}, which is no character`);
  }

  #close(element: XmlElement): void {
    const parent = this.#open.at(-1);
    if (parent) parent.children.push(element);
    else this.#root = element;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #fail(why: string): never {
    let line = 1;
    for (let at = this.#text.indexOf("\n"); at >= 0 && at < this.#at; at = this.#text.indexOf("\n", at + 1)) line++;
    throw new XclbinError(`Cannot read the xclbin's XML: ${why} (line ${line}); the file is damaged or cut off`);
  }
}

const NAME = /[A-Za-z_:][\w.:-]*/y;
const SPACE = /\s*/y;
const EQUALS = /\s*=\s*["']/y;
