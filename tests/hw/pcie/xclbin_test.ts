import { assertEquals, assertThrows } from "@std/assert";
import { readXclbin } from "../../../hw/pcie/xclbin.ts";
import { advancedXclbin } from "../../../hw/pcie/xclbin_advanced.ts";
import { type XclbinContent, XclbinError } from "../../../hw/pcie/xclbin_content.ts";
import { Axlf, SectionHeader } from "../../../hw/pcie/xclbin_layout.ts";
import { writeXclbin } from "../../../hw/pcie/xclbin_writer.ts";
import { parseXml } from "../../../hw/pcie/xclbin_xml.ts";

/** The file of the scheduling notebook's design, with something done to its bytes. */
function advancedWith(change: (bytes: DataView) => void): Uint8Array {
  const file = writeXclbin(advancedXclbin);
  change(new DataView(file.buffer));
  return file;
}

/** Where the header of the section of that kind is in the file of the scheduling notebook's design. */
function headerOf(kind: number): number {
  const file = new DataView(writeXclbin(advancedXclbin).buffer);
  for (let at: number = Axlf.size;; at += SectionHeader.size) if (file.getUint32(at, true) === kind) return at;
}

Deno.test("readXclbin finds each field at its byte", () => {
  // Laid out by hand, so that reader and writer cannot be wrong together.
  const bytes = new Uint8Array(456 + 2 * 40 + 8 + 80 + 2 + 136);
  const view = new DataView(bytes.buffer);
  const text = (at: number, chars: string) => bytes.set(new TextEncoder().encode(chars), at);
  text(0, "xclbin2");
  view.setInt32(8, -1, true);
  view.setBigUint64(296, 0x1122334455667788n, true);
  view.setBigUint64(304, BigInt(bytes.length), true);
  view.setBigUint64(312, 1581638400n, true);
  view.setBigUint64(320, 1n, true);
  view.setUint16(328, 461, true);
  bytes.set([2, 3], 330);
  view.setUint32(332, 4, true);
  bytes.set([0xab, 0xcd], 336);
  text(352, "xilinx_u200_xdma_201830_2");
  bytes.set([0xe3, 0x6f], 416);
  text(432, "debug");
  view.setUint32(448, 2, true);
  for (const [index, [kind, offset, size]] of [[8, 536, 88], [11, 624, 138]].entries()) {
    view.setUint32(456 + 40 * index, kind, true);
    text(456 + 40 * index + 4, "name");
    view.setBigUint64(456 + 40 * index + 24, BigInt(offset), true);
    view.setBigUint64(456 + 40 * index + 32, BigInt(size), true);
  }
  view.setInt32(536, 1, true);
  view.setUint32(544, 1, true);
  view.setUint32(548, 1 | 5 << 1 | 1 << 8, true);
  view.setBigUint64(552, 0x1800000n, true);
  text(560, "vadd:vadd_1");
  view.setInt16(624, 1, true);
  view.setUint16(626, 300, true);
  bytes[628] = 2;
  text(634, "clk");
  const empty = new Uint8Array(0);
  assertEquals(readXclbin(bytes), {
    uuid: `e36f${"0".repeat(28)}`,
    platform: "xilinx_u200_xdma_201830_2",
    platformUuid: `abcd${"0".repeat(28)}`,
    version: "2.3.461",
    mode: "hw_emu",
    actionMask: 0,
    timestamp: 1581638400,
    platformTimestamp: 1,
    uniqueId: "1122334455667788",
    debugBinary: "debug",
    ips: [{
      type: "IP_KERNEL",
      name: "vadd:vadd_1",
      baseAddress: 0x1800000,
      interruptEnabled: true,
      interruptId: 5,
      controlProtocol: "ap_ctrl_chain",
    }],
    memories: [],
    connections: [],
    clocks: [{ name: "clk", type: "KERNEL", frequencyMHz: 300 }],
    kernelClocks: [],
    kernels: [],
    buildMetadata: "",
    bitstream: empty,
    otherSections: [],
  });
});

Deno.test("readXclbin takes metadata that is parsed already in place of the file's", () => {
  const metadata = parseXml(
    `<project name="p"><platform><device><core><kernel name="k"><port name="s" mode="slave" range="0x1000"/>` +
      `<arg name="x" addressQualifier="0" id="0" port="s" size="0x4" offset="0x010" type="int"/></kernel></core></device>` +
      `</platform></project>`,
  );
  const { kernels } = readXclbin(writeXclbin(advancedXclbin), metadata);
  assertEquals(kernels.map(({ name, controlProtocol, args }) => [name, controlProtocol, args[0].offset]), [
    ["k", "ap_ctrl_hs", 0x10],
  ]);
});

Deno.test("readXclbin leaves what follows the file's own length, as a signature, alone", () => {
  const file = writeXclbin(advancedXclbin);
  assertEquals(readXclbin(new Uint8Array([...file, 1, 2, 3])), advancedXclbin);
});

Deno.test("readXclbin reads bytes in the middle of a buffer", () => {
  const file = writeXclbin(advancedXclbin);
  const buffer = new Uint8Array(file.length + 13);
  buffer.set(file, 5);
  assertEquals(readXclbin(buffer.subarray(5, 5 + file.length)), advancedXclbin);
});

Deno.test("readXclbin says in one sentence what is wrong with a file", () => {
  const ip = headerOf(8);
  const text = (chars: string) => new TextEncoder().encode(chars);
  const offsetOf = (kind: number) =>
    Number(new DataView(writeXclbin(advancedXclbin).buffer).getBigUint64(headerOf(kind) + SectionHeader.offset, true));
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(0), "it has 0 bytes, and its header takes 456; it is cut off"],
    [writeXclbin(advancedXclbin).subarray(0, 300), "it has 300 bytes, and its header takes 456"],
    [writeXclbin(advancedXclbin).subarray(0, 1000), "it has 1000 bytes, and its header says"],
    [text("xclbin0\0 and so on"), 'its format is "xclbin0"; only "xclbin2" is read'],
    [text("\x7fELF"), 'it begins with "?ELF", not "xclbin2"; it is another kind of file'],
    [text('{"xilinx_u200": {}}'), "this looks like an .xclbin.link"],
    [text("version https://git-lfs.github.com/spec/v1"), "this looks like a Git LFS pointer"],
    [advancedWith((v) => v.setBigUint64(Axlf.length, 2n ** 60n, true)), "past 2^53"],
    [advancedWith((v) => v.setBigUint64(Axlf.length, 3n, true)), "headers do not fit into its 456 bytes"],
    [advancedWith((v) => v.setUint32(Axlf.numSections, 0xffff_ffff, true)), "it has 4294967295 sections"],
    [advancedWith((v) => v.setUint16(Axlf.mode, 9, true)), "the mode of the header is 9; known are 0 to 6"],
    [advancedWith((v) => v.setUint8(Axlf.platformVbnv, 0xff)), "a name in the header is not UTF-8"],
    [
      advancedWith((v) => v.setBigUint64(ip + SectionHeader.offset, 460n, true)),
      "begins at byte 460, within the headers",
    ],
    [advancedWith((v) => v.setBigUint64(ip + SectionHeader.offset, 2n ** 40n, true)), "ends at byte 1099511627944"],
    [advancedWith((v) => v.setBigUint64(ip + SectionHeader.sectionSize, 2n ** 63n, true)), "the size of section"],
    [advancedWith((v) => v.setBigUint64(ip + SectionHeader.sectionSize, 3n, true)), "it ought to have a count"],
    [advancedWith((v) => v.setUint32(ip, 6, true)), "is the second one of kind 6"],
    [advancedWith((v) => v.setUint32(headerOf(6), 99, true)), "connection 0 refers to memory 1, and there are 0"],
    [
      advancedWith((v) => v.setBigUint64(ip + SectionHeader.offset, BigInt(offsetOf(7)), true)),
      "overlap; it is damaged",
    ],
    [
      advancedWith((v) => v.setInt32(offsetOf(8), -1, true)),
      "Cannot read the xclbin's IP table: it ought to have a count",
    ],
    [advancedWith((v) => v.setInt32(offsetOf(8), 2 ** 31 - 1, true)), "it ought to have 2147483647 entries"],
    [advancedWith((v) => v.setUint32(offsetOf(8) + 8, 77, true)), "the type of IP 0 is 77; known are 0 to 7"],
    [advancedWith((v) => v.setUint8(offsetOf(8) + 13, 6)), "the control protocol of IP 0 is 6"],
    [advancedWith((v) => v.setBigUint64(offsetOf(6) + 8 + 8, 2n ** 44n, true)), "the size of memory 0 is"],
    [advancedWith((v) => v.setUint8(offsetOf(2) + 60, 0xff)), "the metadata is not UTF-8 text"],
    [advancedWith((v) => v.setUint8(offsetOf(2) + 60, 0x3c)), "Cannot read the xclbin's XML: "],
  ];
  for (const [file, message] of cases) {
    const error = assertThrows(() => readXclbin(file), XclbinError, message);
    assertEquals(/^Cannot read the xclbin[^\n]*[a-z0-9)]$/.test(error.message), true, error.message);
  }
});

Deno.test("readXclbin refuses a table that has room for more entries than any design has", () => {
  const data = new Uint8Array(4 + 12 * 0x10001);
  new DataView(data.buffer).setInt32(0, 0x10001, true);
  const file = writeXclbin({ ...advancedXclbin, connections: [], otherSections: [{ kind: 99, name: "", data }] });
  for (let at: number = Axlf.size;; at += SectionHeader.size) {
    const view = new DataView(file.buffer);
    if (view.getUint32(at, true) !== 99) continue;
    view.setUint32(at, 7, true);
    break;
  }
  assertThrows(() => readXclbin(file), XclbinError, "it has 65537 entries; no design has more than 65536");
});

Deno.test("writeXclbin refuses what does not fit its fields", () => {
  const [ip] = advancedXclbin.ips;
  const cases: [Partial<XclbinContent>, string][] = [
    [{ uuid: "E36F" }, 'its uuid is "E36F"; use 32 hexadecimal digits'],
    [{ version: "2" }, 'its version is "2"; write it as 2.3.1'],
    [{ version: "2.256.0" }, "the minor version of the header is 256; use an integer from 0 to 2^8 - 1"],
    [{ platform: "x".repeat(64) }, "use at most 63 bytes"],
    [{ timestamp: -1 }, "the time of the header is -1"],
    [{ ips: [{ ...ip, name: "\0" }], connections: [] }, 'the name "\\u0000" in IP 0 does not fit'],
    [{ ips: [ip] }, "connection 3 refers to IP 1, and there are 1; add it"],
    [{ memories: [] }, "connection 0 refers to memory 1, and there are 0"],
    [{
      ips: [{
        type: "IP_KERNEL",
        name: "k",
        baseAddress: 0,
        interruptEnabled: true,
        interruptId: 128,
        controlProtocol: "ap_ctrl_hs",
      }],
      connections: [],
    }, "k has the interrupt 128; use 0 to 127"],
    [{ clocks: [{ name: "c", type: "DATA", frequencyMHz: 155.5 }] }, "the frequency in MHz of clock 0 is 155.5"],
    [
      { memories: [{ streaming: false, type: "MEM_DDR4", tag: "b", used: true, baseAddress: 0, sizeBytes: 1000 }] },
      "the size in units of 1024 bytes of memory 0 is 0.9765625",
    ],
    [{ otherSections: [{ kind: 8, name: "", data: new Uint8Array(1) }] }, "that kind has a field of its own"],
    [{ kernels: [{ ...advancedXclbin.kernels[0], name: "\x01" }] }, "it has a character that XML does not allow"],
  ];
  for (const [change, message] of cases) {
    assertThrows(() => writeXclbin({ ...advancedXclbin, ...change }), XclbinError, message);
  }
});
