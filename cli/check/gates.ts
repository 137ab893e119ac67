/**
 * Every gate but the tests: format, lint, types, documentation, publishing, portability. All of them run, whatever the
 * others say; exit status 1 if one does not hold.
 * @module
 */
import config from "../../deno.json" with { type: "json" };

const deno = Deno.execPath();
const entryPoints = Object.values(config.exports);

/** What each gate runs, in the project's root; none of them changes a file. */
const GATES: Readonly<Record<string, readonly string[]>> = {
  "format": [deno, "fmt", "--check"],
  "lint": [deno, "lint"],
  "types": [deno, "check"],
  "documentation": [deno, "doc", "--lint", ...entryPoints],
  "publishing": [deno, "publish", "--dry-run", "--allow-dirty"],
  "portability": [deno, "run", "-A", "cli/check/portable.ts"],
};

const text = new TextDecoder();
for (const [name, [command, ...args]] of Object.entries(GATES)) {
  console.log(`\n== ${name}: ${[command === deno ? "deno" : command, ...args].join(" ")}`);
  const { success, stdout, stderr } = await new Deno.Command(command, { args, stdin: "null" }).output();
  console.log(success ? "holds" : "FAILS");
  if (success) continue;
  console.log(text.decode(stdout) + text.decode(stderr));
  Deno.exitCode = 1;
}
