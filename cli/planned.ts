/**
 * Stands in for commands that are planned and not built: they are refused by name.
 * @module
 */
console.error(`Cannot ${Deno.args[0]}: the command is not built yet; CHANGELOG.md says what is there`);
Deno.exitCode = 2;
