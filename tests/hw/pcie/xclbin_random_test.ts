import { assertEquals } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { readXclbin } from "../../../hw/pcie/xclbin.ts";
import { advancedXclbin } from "../../../hw/pcie/xclbin_advanced.ts";
import {
  CLOCK_TYPES,
  CONTROL_PROTOCOLS,
  IP_TYPES,
  MEMORY_TYPES,
  PORT_MODES,
  SectionKind,
  XCLBIN_MODES,
  type XclbinContent,
  XclbinError,
  type XclbinIp,
  type XclbinKernel,
  type XclbinMemory,
} from "../../../hw/pcie/xclbin_content.ts";
import { unitsOf } from "../../../hw/pcie/xclbin_units.ts";
import { writeXclbin } from "../../../hw/pcie/xclbin_writer.ts";
import { cases, seed } from "../../sampling.ts";

const safe = fc.maxSafeNat();
const bits = (count: number) => fc.integer({ min: 0, max: 2 ** count - 1 });
const address = fc.option(safe, { nil: undefined });
const digits = (count: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${count}}$`));
const bytes = fc.uint8Array({ maxLength: 40 });
/** Text of at most so many bytes, with characters of more than one byte in it, and without control characters. */
const text = (maxBytes: number) =>
  fc.string({ unit: "grapheme", maxLength: maxBytes }).filter((value) =>
    !/\p{C}/u.test(value) && new TextEncoder().encode(value).length <= maxBytes
  );

const ip: fc.Arbitrary<XclbinIp> = fc.oneof(
  fc.record({
    type: fc.constant("IP_KERNEL" as const),
    name: text(63),
    baseAddress: address,
    interruptEnabled: fc.boolean(),
    interruptId: bits(7),
    controlProtocol: fc.constantFrom(...CONTROL_PROTOCOLS),
  }),
  fc.record({
    type: fc.constantFrom(...IP_TYPES.filter((type) => type !== "IP_KERNEL")),
    name: text(63),
    baseAddress: address,
    properties: bits(32),
  }),
);

const memory: fc.Arbitrary<XclbinMemory> = fc.oneof(
  fc.record({
    streaming: fc.constant(true as const),
    type: fc.constantFrom("MEM_STREAMING" as const, "MEM_STREAMING_CONNECTION" as const),
    tag: text(15),
    used: fc.boolean(),
    routeId: safe,
    flowId: safe,
  }),
  fc.record({
    streaming: fc.constant(false as const),
    type: fc.constantFrom(
      ...MEMORY_TYPES.filter((type) => type !== "MEM_STREAMING" && type !== "MEM_STREAMING_CONNECTION"),
    ),
    tag: text(15),
    used: fc.boolean(),
    baseAddress: safe,
    sizeBytes: bits(43).map((kibibytes) => kibibytes * 1024),
  }),
);

const range = fc.oneof(safe, fc.constant(Infinity));

const kernel: fc.Arbitrary<XclbinKernel> = fc.record({
  name: text(20),
  vlnv: text(20),
  controlProtocol: fc.constantFrom(...CONTROL_PROTOCOLS, "user_managed" as const),
  ports: fc.array(
    fc.record({
      name: text(20),
      mode: fc.constantFrom(...PORT_MODES.filter((mode) => mode !== "slave")),
      rangeBytes: range,
      dataWidthBits: bits(10),
      portType: fc.constantFrom("addressable" as const, "stream" as const),
    }),
    { maxLength: 3 },
  ),
  args: fc.array(
    fc.record({
      name: text(20),
      addressQualifier: bits(3),
      index: fc.option(bits(8), { nil: undefined }),
      port: text(20),
      sizeBytes: bits(12),
      offset: bits(12),
      hostOffset: safe,
      hostSizeBytes: safe,
      type: text(20),
    }),
    { maxLength: 3 },
  ),
  instances: fc.array(
    fc.record({
      name: text(20),
      addressRanges: fc.array(fc.record({ base: address, rangeBytes: range, port: text(20) }), { maxLength: 2 }),
    }),
    { maxLength: 2 },
  ),
});

const placed: number[] = Object.values(SectionKind);

const content: fc.Arbitrary<XclbinContent> = fc.tuple(
  fc.array(ip, { maxLength: 4 }),
  fc.array(memory, { maxLength: 4 }),
).chain(([ips, memories]) =>
  fc.record({
    uuid: digits(32),
    platform: text(63),
    platformUuid: digits(32),
    version: fc.tuple(bits(8), bits(8), bits(16)).map((parts) => parts.join(".")),
    mode: fc.constantFrom(...XCLBIN_MODES),
    actionMask: bits(16),
    timestamp: safe,
    platformTimestamp: safe,
    uniqueId: digits(16),
    debugBinary: text(15),
    ips: fc.constant(ips),
    memories: fc.constant(memories),
    connections: ips.length * memories.length === 0 ? fc.constant([]) : fc.array(
      fc.record({ argIndex: bits(32), ipIndex: fc.nat(ips.length - 1), memoryIndex: fc.nat(memories.length - 1) }),
      { maxLength: 4 },
    ),
    clocks: fc.array(
      fc.record({ name: text(127), type: fc.constantFrom(...CLOCK_TYPES), frequencyMHz: bits(16) }),
      { maxLength: 3 },
    ),
    kernelClocks: fc.array(fc.record({ port: text(20), frequencyHz: bits(33) }), { maxLength: 2 }),
    kernels: fc.array(kernel, { maxLength: 3 }),
    buildMetadata: text(30),
    bitstream: bytes,
    otherSections: fc.array(
      fc.record({ kind: bits(32).filter((kind) => !placed.includes(kind)), name: text(15), data: bytes }),
      { maxLength: 3 },
    ),
  })
);

/** What reading a file, and placing its units, comes to: it may only fail with a sentence of a line. */
function outcome(file: Uint8Array): string {
  try {
    unitsOf(readXclbin(file));
    return "read";
  } catch (error) {
    if (!(error instanceof XclbinError)) throw error;
    assertEquals(/^Cannot (read|place) [^\n]{20,390}$/.test(error.message), true, error.message);
    return "refused";
  }
}

Deno.test("readXclbin reads the scheduling notebook's design as it was written", () => {
  assertEquals(readXclbin(writeXclbin(advancedXclbin)), advancedXclbin);
});

Deno.test("readXclbin reads random content as writeXclbin wrote it", () => {
  fc.assert(
    fc.property(content, (random) => assertEquals(readXclbin(writeXclbin(random)), random)),
    { seed, numRuns: cases(50, 3000) },
  );
});

Deno.test("readXclbin reads or refuses files with random bytes and words changed", () => {
  const file = writeXclbin(advancedXclbin);
  const place = fc.oneof(fc.nat(file.length - 9), fc.nat(Math.min(file.length - 9, 1400)));
  const word = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.constantFrom(0n, 1n, 456n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n),
  );
  const change = fc.record({ at: place, size: fc.constantFrom(1, 2, 4, 8), word });
  const seen = { read: 0, refused: 0 } as Record<string, number>;
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const mutated = file.slice();
      const view = new DataView(mutated.buffer);
      for (const { at, size, word } of changes) {
        if (size === 8) view.setBigUint64(at, word, true);
        else for (let i = 0; i < size; i++) view.setUint8(at + i, Number(word >> BigInt(8 * i) & 0xffn));
      }
      seen[outcome(mutated)]++;
    }),
    { seed, numRuns: cases(1000, 200_000) },
  );
  assertEquals(seen.read > 0 && seen.refused > 0, true, JSON.stringify(seen));
});

Deno.test("readXclbin refuses files that are cut off at random, and reads or refuses such with random XML", () => {
  const file = writeXclbin(advancedXclbin);
  fc.assert(
    fc.property(fc.nat(file.length - 1), (length) => assertEquals(outcome(file.subarray(0, length)), "refused")),
    { seed, numRuns: cases(200, 5000) },
  );
  const start = new TextDecoder("latin1").decode(file).indexOf("<project");
  const tag = fc.constantFrom(
    "<",
    ">",
    "/",
    "</core>",
    "<kernel ",
    "<a>",
    '"',
    "=",
    "&",
    "&lt;",
    "<!--",
    "-->",
    "0x",
    "",
  );
  const cut = fc.record({ at: fc.nat(file.length - start - 40), text: tag, drop: fc.nat(12) });
  fc.assert(
    fc.property(fc.array(cut, { minLength: 1, maxLength: 4 }), (cuts) => {
      const mutated = file.slice();
      for (const { at, text, drop } of cuts) {
        // What follows moves up or down, so that the tables behind it are hit too.
        mutated.copyWithin(start + at + text.length, start + at + drop);
        mutated.set(new TextEncoder().encode(text), start + at);
      }
      outcome(mutated);
    }),
    { seed, numRuns: cases(500, 100_000) },
  );
});
