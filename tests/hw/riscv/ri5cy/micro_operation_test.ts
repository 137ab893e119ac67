import { assertEquals } from "@std/assert";
import { gunzipSync } from "node:zlib";
import { CSR_STATUS, ILLEGAL, MicroOperation, PLAIN } from "../../../../hw/riscv/ri5cy/micro_operation.ts";
import { coreVariants } from "../../../../hw/riscv/ri5cy/variants.ts";

interface Decoder {
  readonly words: readonly (readonly [text: string, legal: number, reads: number[], written: number, status: number])[];
  readonly compressed: string;
}

const GOLDEN = new URL("../../../golden/ri5cy/words.json.gz", import.meta.url);
const decoders: Readonly<Record<string, Decoder>> = JSON.parse(
  new TextDecoder().decode(gunzipSync(Deno.readFileSync(GOLDEN))),
);

for (const variant of [coreVariants.ri5cy_2018_01, coreVariants.ri5cy_2019_11]) {
  const { words, compressed } = decoders[variant.release];
  const operation = (word: number) => new MicroOperation(word, variant.instructions.decode(word), variant);

  Deno.test(`MicroOperation: words are legal, wait for registers and empty the pipeline as the decoder of ${variant.release} has it`, () => {
    for (const [text, ...expected] of words) {
      const { control, sourceA, sourceB, sourceC, writesAlu, aluTarget } = operation(parseInt(text, 16));
      const reads = [...new Set([sourceA, sourceB, sourceC])].filter((register) => register !== 0).sort((a, b) =>
        a - b
      );
      const legal = control === ILLEGAL ? 0 : 1;
      const [, expectedReads, written] = expected;
      // What an illegal word seems to read and write is of no consequence.
      const got = legal === 0 ? [legal, expectedReads, written] : [legal, reads, writesAlu ? aluTarget : -1];
      assertEquals([...got, control === CSR_STATUS ? 1 : 0], expected, text);
    }
    assertEquals(words.length > 1400, true);
  });

  Deno.test(`MicroOperation.timingClass: words of a class have all in common but registers and targets, on ${variant.release}`, () => {
    const classes = new Map<number, string>();
    for (const [text] of words) {
      const op = operation(parseInt(text, 16));
      const { timingClass, size, control, jump, isOrdinary, writesAlu, isLoad, isStore, bytes, usesAlu } = op;
      const { isMultiply, isMulh, divide, isCsr, isLoop, isEventLoad } = op;
      assertEquals(timingClass === 0, control !== PLAIN || isCsr || isLoop || isEventLoad, text);
      if (timingClass === 0) continue;
      const flags = [size, control, jump, isOrdinary, writesAlu, isLoad, isStore, bytes, usesAlu];
      const common = [...flags, isMultiply, isMulh, divide].join();
      assertEquals(classes.get(timingClass) ?? common, common, text);
      classes.set(timingClass, common);
    }
    assertEquals(new Set(classes.values()).size, classes.size);
    assertEquals(classes.size > 10, true, `${classes.size}`);
  });

  Deno.test(`MicroOperation: compressed words are legal as the decoder of ${variant.release} has it`, () => {
    const legal = Uint8Array.from(atob(compressed), (byte) => byte.charCodeAt(0));
    for (let word = 0; word < 0x1_0000; word++) {
      if ((word & 3) === 3) continue;
      assertEquals(operation(word).control !== ILLEGAL, (legal[word >> 3] >> (word & 7) & 1) === 1, word.toString(16));
    }
  });
}
