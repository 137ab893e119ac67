/**
 * Macros of the assembler: `.macro name parameters` ... `.endm`.
 * @module
 */
import { Mistake } from "./assembler_error.ts";
import { shorten } from "./assembler_scanner.ts";
import { endOfText, split, type Statement } from "./assembler_source.ts";

/** Characters that one expansion may make. */
const MOST_CHARACTERS = 1_000_000;

/** A macro as `.macro` defines it. */
export interface Macro {
  /** Its name. */
  readonly name: string;
  /** Its parameters in order. */
  readonly parameters: readonly Parameter[];
  /** Its statements. */
  readonly body: readonly Statement[];
}

/** A macro's parameter. */
export interface Parameter {
  /** Its name. */
  readonly name: string;
  /** What it is when it is left out; `undefined` if it must not be. */
  readonly default: string | undefined;
}

/** Parses what follows `.macro`: the name, then parameters `a`, `a=default`, `a:req`, separated by commas or blanks. */
export function parseMacroHead(head: string): { readonly name: string; readonly parameters: readonly Parameter[] } {
  const parts = /^\s*([A-Za-z_.$][\w.$]*)[\s,]*(.*)$/s.exec(head);
  if (!parts) throw new Mistake("Cannot define macro: .macro takes a name and parameters");
  const parameters: Parameter[] = [];
  const list = parts[2].replace(/\s+/g, " ").replace(/ ?([,=]) ?/g, "$1");
  for (const text of list.split(/[, ]/)) {
    if (text === "") continue;
    const parameter = /^([A-Za-z_$][\w$]*)(:req)?(?:=(.*))?$/s.exec(text);
    if (!parameter) throw new Mistake(`Cannot define macro ${shorten(parts[1])}: '${shorten(text)}' is no parameter`);
    if (parameters.some(({ name }) => name === parameter[1])) {
      throw new Mistake(`Cannot define macro ${shorten(parts[1])}: two parameters are called ${shorten(parameter[1])}`);
    }
    parameters.push({ name: parameter[1], default: parameter[2] ? undefined : parameter[3] ?? "" });
  }
  return { name: parts[1], parameters };
}

/**
 * The statements of a macro with arguments filled in for `\name`; `\@` is the number of the expansion and `\()`
 * nothing. Arguments are separated by commas outside parentheses and quotes, and may be given by name (`count=3`).
 */
export function expandMacro(macro: Macro, text: string, at: Statement, expansion: number): Statement[] {
  // A macro in a macro is told with the line outside.
  const line = at.macro?.line ?? at.line;
  const values = new Map<string, string>();
  let position = 0;
  for (const argument of splitArguments(text)) {
    const named = /^([A-Za-z_$][\w$]*)\s*=(?!=)\s*(.*)$/s.exec(argument);
    if (named && macro.parameters.some(({ name }) => name === named[1])) values.set(named[1], named[2]);
    else if (position < macro.parameters.length) values.set(macro.parameters[position++].name, argument);
    else {throw new Mistake(
        `Cannot expand ${shorten(macro.name)}: it takes ${macro.parameters.length} arguments at most`,
      );}
  }
  for (const parameter of macro.parameters) {
    if (values.get(parameter.name)) continue;
    if (parameter.default === undefined) {
      throw new Mistake(`Cannot expand ${shorten(macro.name)}: argument ${shorten(parameter.name)} is missing`);
    }
    values.set(parameter.name, parameter.default);
  }
  let characters = 0;
  const count = (text: string) => {
    characters += text.length;
    if (characters <= MOST_CHARACTERS) return text;
    throw new Mistake(`Cannot expand ${shorten(macro.name)}: its text gets too long`);
  };
  return macro.body.flatMap((statement) => {
    const filled = statement.text.replace(
      /\\(?:([A-Za-z_$][\w$]*)|(@)|\(\))/g,
      (whole, name, at) => count(at ? String(expansion) : name === undefined ? "" : values.get(name) ?? whole),
    );
    count(filled);
    // An argument may bring a ';' along.
    return split(filled).map((made) => ({
      ...made,
      line: statement.line,
      column: 1,
      macro: { name: macro.name, line },
    }));
  });
}

function splitArguments(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfText(text, at);
    else if (character === "(") depth++;
    else if (character === ")") depth--;
    else if (character === "," && depth <= 0) {
      found.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  const last = text.slice(start).trim();
  if (last !== "" || found.length > 0) found.push(last);
  return found;
}
