import { assertEquals } from "@std/assert";
import { gunzipSync } from "node:zlib";
import { Cv32e40pOperation } from "../../../../hw/riscv/cv32e40p/operation.ts";
import { ILLEGAL } from "../../../../hw/riscv/ri5cy/micro_operation.ts";
import { coreVariants } from "../../../../hw/riscv/ri5cy/variants.ts";

const GOLDEN = new URL("../../../golden/cv32e40p/words.json.gz", import.meta.url);

Deno.test("Cv32e40pOperation: words are legal and wait for registers as the RTL's decoder has it", () => {
  const variant = coreVariants.cv32e40p_1_8_3;
  const rows: [string, number, number, number, number, number][] = JSON.parse(
    new TextDecoder().decode(gunzipSync(Deno.readFileSync(GOLDEN))),
  );
  for (const [text, ...expected] of rows) {
    const word = parseInt(text, 16);
    const op = new Cv32e40pOperation(word, variant.instructions.decode(word), variant);
    const { sourceA, sourceB, sourceC, writesAlu, aluTarget } = op;
    const legal = op.action === ILLEGAL ? 0 : 1;
    assertEquals([legal, sourceA, sourceB, sourceC, writesAlu ? aluTarget : -1], expected, text);
  }
  assertEquals(rows.length, 6341);
});
