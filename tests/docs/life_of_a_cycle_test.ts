import { assertEquals } from "@std/assert";

const read = (path: string) => Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));

Deno.test("docs/life-of-a-cycle.md names files that there are, and members that they have", () => {
  const steps = read("docs/life-of-a-cycle.md").split(/^## The way there$/m)[1].replace(/\s+/g, " ");
  const mentions = [...steps.matchAll(/`([\w/]+\.ts)`(?: \(((?:`\w+`(?:, )?)+)\))?/g)];
  const missing = mentions.flatMap(([, file, members]) => {
    const code = read(file);
    return (members?.match(/\w+/g) ?? []).filter((member) => !new RegExp(`\\b${member}\\b`).test(code))
      .map((member) => `${member} in ${file}`);
  });
  assertEquals(missing, []);
  assertEquals(mentions.length > 10, true);
});
