/**
 * Checks that the library runs anywhere and stands on nothing above it: no host's globals, no wall clock, no chance, no
 * import from outside, no import upward. Reads the syntax tree, so comments and strings may say what they like.
 * @module
 */
import ts from "npm:typescript@5.9.3";

/** The rooms of the library, and from which rooms each one may import. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  "sim": ["sim"],
  "hw": ["sim", "hw"],
  "runtime": ["sim", "hw", "runtime"],
  "mod.ts": ["sim", "hw", "runtime"],
};

/** Names that not every JavaScript runtime has, or that make two runs differ. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  ...everyOne("only one runtime has it", ["Deno", "process", "Buffer", "require", "__dirname", "window", "document"]),
  ...everyOne("the library does no input or output", [
    "console",
    "fetch",
    "localStorage",
    "navigator",
    "WebSocket",
    "Worker",
  ]),
  ...everyOne("the library knows simulated time only", [
    "Date",
    "performance",
    "setTimeout",
    "setInterval",
    "setImmediate",
    "requestAnimationFrame",
    "Temporal",
  ]),
  ...everyOne("two runs would differ", ["crypto", "Intl", "WeakRef", "FinalizationRegistry"]),
  "globalThis": "it hides what is used; name that",
};

/** Members that make two runs or two machines differ, whatever they are called on. */
const FORBIDDEN_MEMBERS: Readonly<Record<string, string>> = {
  ...everyOne("it depends on the machine's language", ["localeCompare", "toLocaleString", "toLocaleUpperCase"]),
};

/** One thing that the library may not do, and where. */
export interface Violation {
  /** `sim/time.ts:12:3`. */
  readonly where: string;
  /** What is wrong and why. */
  readonly what: string;
}

/** What is wrong with one file of the library; `path` is relative to the project's root. */
export function violations(path: string, text: string): Violation[] {
  const { source, isGlobal } = parse(path, text);
  const found: Violation[] = [];
  const complain = (node: ts.Node | ts.FileReference, what: string) => {
    const { line, character } = source.getLineAndCharacterOfPosition("getStart" in node ? node.getStart() : node.pos);
    found.push({ where: `${path}:${line + 1}:${character + 1}`, what });
  };

  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== null) {
      const wrong = specifier === undefined ? "the module is not a plain string" : wrongImport(path, specifier);
      if (wrong !== null) complain(node, `Cannot import ${specifier ?? "this"}: ${wrong}`);
    } else if (ts.isIdentifier(node)) {
      const why = isRead(node) && isGlobal(node) ? own(FORBIDDEN, node.text) : undefined;
      if (why !== undefined) complain(node, `Cannot use ${node.text}: ${why}`);
    } else if (ts.isPropertyAccessExpression(node)) {
      const { expression, name } = node;
      const random = name.text === "random" && ts.isIdentifier(expression) && expression.text === "Math";
      const why = random ? "two runs would differ" : own(FORBIDDEN_MEMBERS, name.text);
      if (why !== undefined) complain(node, `Cannot use ${random ? "Math.random" : name.text}: ${why}`);
    } else if (ts.isElementAccessExpression(node) && node.expression.getText() === "Math") {
      complain(node, "Cannot use a computed member of Math: name the function");
    } else if (ts.isVariableDeclaration(node) && node.initializer?.getText() === "Math") {
      complain(node, "Cannot take Math apart: name the function where it is used");
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const reference of [...source.referencedFiles, ...source.typeReferenceDirectives]) {
    complain(reference, `Cannot refer to ${reference.fileName}: import it`);
  }
  for (const library of source.libReferenceDirectives) {
    complain(library, `Cannot refer to the library ${library.fileName}: not every runtime has it`);
  }
  return found;
}

/** The syntax tree of one file, and whether a name in it is declared outside. */
function parse(path: string, text: string): { source: ts.SourceFile; isGlobal: (name: ts.Identifier) => boolean } {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const host: ts.CompilerHost = {
    getSourceFile: (name) => name === path ? source : undefined,
    writeFile: () => {},
    getDefaultLibFileName: () => "none",
    getCurrentDirectory: () => "/",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    fileExists: (name) => name === path,
    readFile: () => undefined,
  };
  const options = { noLib: true, noResolve: true, allowImportingTsExtensions: true, noEmit: true };
  const checker = ts.createProgram([path], options, host).getTypeChecker();
  const isAmbient = (declaration: ts.Declaration) =>
    (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Ambient) !== 0;
  return {
    source,
    isGlobal: (name) => {
      const symbol = ts.isShorthandPropertyAssignment(name.parent)
        ? checker.getShorthandAssignmentValueSymbol(name.parent)
        : checker.getSymbolAtLocation(name);
      return symbol?.declarations === undefined || symbol.declarations.every(isAmbient);
    },
  };
}

/** What is wrong with importing `specifier` in the file at `path`, or null. */
function wrongImport(path: string, specifier: string): string | null {
  if (!/^\.\.?\//.test(specifier)) return "the library imports nothing from outside";
  const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
  const from = path.split("/")[0], to = target.split("/")[0];
  if (ROOMS[from].includes(to)) return null;
  return `${from} may import from ${ROOMS[from].join(", ")} only`;
}

/** The module that a node names; undefined if it computes one, null if it names none. */
function specifierOf(node: ts.Node): string | undefined | null {
  let module: ts.Node | undefined;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    if (node.moduleSpecifier === undefined) return null;
    module = node.moduleSpecifier;
  } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    module = node.arguments[0];
  } else if (ts.isImportTypeNode(node)) {
    module = ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  } else return null;
  return module !== undefined && ts.isStringLiteralLike(module) ? module.text : undefined;
}

/** Whether an identifier reads a variable or a type, rather than naming a member or declaring something. */
function isRead(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isMetaProperty(parent)) return parent.name !== node;
  if (ts.isQualifiedName(parent)) return parent.right !== node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return false;
  const named = parent as ts.NamedDeclaration;
  return named.name !== node;
}

function everyOne(why: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, why]));
}

function own(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Paths of the library's files, relative to `root`. */
export function libraryFiles(root: string): string[] {
  const list = (path: string): string[] =>
    Deno.statSync(`${root}/${path}`).isDirectory
      ? [...Deno.readDirSync(`${root}/${path}`)].flatMap((entry) => list(`${path}/${entry.name}`))
      : [path];
  return Object.keys(ROOMS).flatMap(list).filter((path) => /\.[cm]?[jt]sx?$/.test(path)).sort();
}

if (import.meta.main) {
  const files = libraryFiles(".");
  const found = files.flatMap((path) => violations(path, Deno.readTextFileSync(path)));
  for (const { where, what } of found) console.error(`${where}: ${what}`);
  console.log(`${files.length} files of the library, ${found.length} things that are not portable`);
  Deno.exitCode = found.length === 0 ? 0 : 1;
}
