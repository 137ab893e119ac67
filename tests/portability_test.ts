import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { helloHash } from "./hello_hash.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

/** Runs a command in the project's root and gives its output. */
async function run(command: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, cwd: ROOT }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`${command} ${args.join(" ")} failed:\n${text.decode(stderr)}`);
  return text.decode(stdout);
}

Deno.test("The library, bundled, runs hello under plain Node.js with the same trace hash as under Deno", async () => {
  const bundle = await Deno.makeTempFile({ suffix: ".mjs" });
  await run(Deno.execPath(), ["bundle", "--quiet", "--output", bundle, "tests/hello_hash.ts"]);
  const script = `import(${JSON.stringify(bundle)}).then((m) => console.log(JSON.stringify(m.helloHash())))`;
  const underNode = JSON.parse(await run("node", ["-e", script]));
  await Deno.remove(bundle);
  assertEquals(underNode, helloHash());
  assertEquals(underNode.lines > 500, true);
});
