/**
 * What is wrong with an assembly source, told with the place and the line.
 * @module
 */

/** One mistake in an assembly source. */
export interface AssemblyProblem {
  /** Name of the source. */
  readonly file: string;
  /** 1-based line. */
  readonly line: number;
  /** 1-based column. */
  readonly column: number;
  /** What is wrong, as one sentence. */
  readonly message: string;
  /** The source line; inside a macro, the statement with its arguments filled in. */
  readonly source: string;
  /** 1-based column of the caret below `source`. */
  readonly caret: number;
}

/** Thrown by `assemble`: every mistake of a source, each with file, line, column and a caret. */
export class AssemblyError extends Error {
  /** The class's name, for stack traces and tests. */
  override name = "AssemblyError";
  /** The mistakes in the order of their lines; at most 100. */
  readonly problems: readonly AssemblyProblem[];

  /** Made by `assemble`. */
  constructor(problems: readonly AssemblyProblem[]) {
    super(report(problems));
    this.problems = problems;
  }
}

/** How many mistakes the message spells out; the rest are counted. */
const SHOWN = 10;
/** The longest piece of a source line that is printed. */
const LONGEST = 120;

function report(problems: readonly AssemblyProblem[]): string {
  const shown = problems.slice(0, SHOWN).map((problem) => {
    const start = problem.caret > LONGEST ? problem.caret - LONGEST / 2 : 1;
    const text = problem.source.slice(start - 1, start - 1 + LONGEST).replaceAll("\t", " ");
    return `${problem.file}:${problem.line}:${problem.column}: ${problem.message}\n    ${text}\n    ` +
      `${" ".repeat(problem.caret - start)}^`;
  });
  if (problems.length > SHOWN) shown.push(`and ${problems.length - SHOWN} more`);
  return shown.join("\n");
}

/** A mistake in the statement at hand; the assembler adds the place and goes on with the next statement. */
export class Mistake extends Error {
  /** 0-based offset in the statement's text, or -1 for its mnemonic. */
  readonly at: number;

  /** Caught by the assembler itself; `message` is the whole sentence. */
  constructor(message: string, at: number = -1) {
    super(message);
    this.at = at;
  }
}
