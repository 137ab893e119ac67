/**
 * Conditional assembly: `.if .ifdef .ifndef .elseif .else .endif`.
 * @module
 */
import { Mistake } from "./assembler_error.ts";
import { constant } from "./assembler_directives.ts";
import type { Scope } from "./assembler_expression.ts";
import { Scanner } from "./assembler_scanner.ts";
import type { Statement } from "./assembler_source.ts";

interface Open {
  readonly statement: Statement;
  /** Whether the part at hand is assembled. */
  active: boolean;
  /** Whether some part was, so that those that follow are not. */
  done: boolean;
}

/** The conditions that are open at a place of the source. */
export class Conditions {
  readonly #open: Open[] = [];

  /** Takes a statement that is a conditional directive or stands in a part that is left out; whether it was one. */
  direct(word: string, statement: Statement, scope: Scope & { has(name: string): boolean }): boolean {
    const inner = this.#open.at(-1);
    const active = inner === undefined || inner.active;
    switch (word) {
      case ".if":
      case ".ifdef":
      case ".ifndef": {
        // Whatever is wrong with the condition, its .endif belongs to it.
        const open: Open = { statement, active: false, done: !active };
        this.#open.push(open);
        if (active) open.active = open.done = holds(word, statement, scope);
        return true;
      }
      case ".elseif":
      case ".else": {
        if (!inner) throw new Mistake(`Cannot go on with ${word}: there is no .if before it`);
        const chosen = !inner.done && (word === ".else" || holds(word, statement, scope));
        inner.active = chosen;
        if (chosen) inner.done = true;
        return true;
      }
      case ".endif":
        if (!this.#open.pop()) throw new Mistake("Cannot end with .endif: there is no .if before it");
        return true;
      default:
        return !active;
    }
  }

  /** The statements whose `.endif` has not come. */
  open(): Statement[] {
    return this.#open.map(({ statement }) => statement);
  }
}

function holds(word: string, { text }: Statement, scope: Scope & { has(name: string): boolean }): boolean {
  const scanner = new Scanner(text);
  scanner.next();
  if (word === ".if" || word === ".elseif") return constant(scanner, { scope }, word) !== 0;
  if (scanner.kind !== "name") {
    throw new Mistake(`Cannot read ${scanner.describe()}: ${word} takes a name`, scanner.start);
  }
  return scope.has(scanner.word) === (word === ".ifdef");
}
