/**
 * `task example`: lists the examples, or runs one.
 * @module
 */
import { runExample } from "./example_runner.ts";
import { examples, planned } from "./examples.ts";

const [name, ...args] = Deno.args;
if (name === undefined || name === "--help") {
  const width = Math.max(...Object.keys(examples).map((name) => name.length)) + 2;
  for (const load of Object.values(examples)) {
    const { example } = await load();
    console.log(`${example.name.padEnd(width)}${example.summary}`);
  }
} else if (Object.hasOwn(examples, name)) {
  Deno.exitCode = await runExample((await examples[name]()).example, args);
} else {
  const why = planned.includes(name) ? "it is not built yet" : "there is none of that name";
  console.error(`Cannot run example ${name}: ${why}; there are ${Object.keys(examples).join(", ")}`);
  Deno.exitCode = 2;
}
