/**
 * `task platform`: a platform prints itself, as JSON or as a block diagram.
 * @module
 */
import { parseArgs } from "@std/flags";
import { describePlatform } from "../hw/mod.ts";
import { notebookMachine } from "../examples/card/ert_matmul_program.ts";
import { Gap8System } from "../runtime/gap8/mod.ts";
import type { Simulation } from "../sim/mod.ts";
import { platformDiagram } from "./diagram.ts";

const platforms: Readonly<Record<string, () => Simulation>> = {
  gap8: () => new Gap8System().sim,
  alveo: () => notebookMachine(1).sim,
};

const args = parseArgs(Deno.args, { string: ["svg"], boolean: ["help"] });
const name = String(args._[0] ?? "gap8");
const unknown = Object.keys(args).filter((key) => !["_", "svg", "help"].includes(key));
if (args.help) {
  console.log(
    "task platform [NAME] [--svg FILE.svg]: parts, parameters, address maps, connections (JSON), or a diagram",
  );
} else if (unknown.length > 0 || !Object.hasOwn(platforms, name) || args.svg === "") {
  const wrong = unknown.length > 0 ? `--${unknown[0]}` : args.svg === "" ? "--svg without a file" : `platform ${name}`;
  console.error(
    `Cannot use ${wrong}: there are platforms ${Object.keys(platforms).join(", ")} and the option --svg FILE`,
  );
  Deno.exitCode = 2;
} else {
  const description = describePlatform(platforms[name]());
  if (args.svg === undefined) console.log(JSON.stringify(description, null, 2));
  else Deno.writeTextFileSync(args.svg, await platformDiagram(description));
}
