import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { run } from "../../cli/run.ts";
import { elfFile, elfOf, withWord } from "./elf_file.ts";

interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

const exit = (status: number) => `li a0, ${status}\nlui a1, 0x1a104\nsw a0, 0xa0(a1)\nhang: j hang\n`;
const good = elfOf(`start: ${exit(0)}`);
const NOP = new Uint8Array([0x13, 0, 0, 0]);

/** Runs the command with a program in a file of its own; `FILE` stands for its path in the messages. */
function play(program: Uint8Array, ...options: string[]): Outcome {
  const folder = Deno.makeTempDirSync();
  const path = join(folder, "program.elf");
  try {
    Deno.writeFileSync(path, program);
    const { status, out, err } = command(path, ...options);
    return { status, out, err: err.replaceAll(path, "FILE") };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Runs the command as it is typed. */
function command(...args: string[]): Outcome {
  const { log, error } = console;
  let out = "", err = "";
  console.log = (text: string) => out += text + "\n";
  console.error = (text: string) => err += text + "\n";
  try {
    const status = run(args);
    return { status, out, err };
  } finally {
    console.log = log;
    console.error = error;
  }
}

/** The program failed: exit status 1, and one line that says why. */
function fails(source: string, message: string | RegExp, ...options: string[]): void {
  for (const engine of ["fast", "reference"]) {
    const { status, err } = play(elfOf(source), "--engine", engine, ...options);
    if (typeof message === "string") assertEquals(err, message + "\n", engine);
    else assertMatch(err, message, engine);
    assertEquals(status, 1, engine);
  }
}

/** The command line or the file is wrong: exit status 2, one line that says why, and nothing else. */
function refuses({ status, out, err }: Outcome, message: string): void {
  assertEquals({ status, out, err }, { status: 2, out: "", err: message + "\n" });
}

Deno.test("run gives the program's status: 0, or 1 for any other", () => {
  assertEquals(play(good).status, 0);
  const failed = play(elfOf(exit(7)));
  assertEquals([failed.status, failed.err], [1, ""]);
  assertStringIncludes(failed.out, "exit status 7");
  assertEquals(JSON.parse(play(elfOf(exit(7)), "--json").out).exitCode, 7);
});

Deno.test("run: a trace has every instruction, on any engine", () => {
  const traces = ["reference", "fast"].map((engine) => {
    const path = Deno.makeTempFileSync();
    const program = elfOf(`li t0, 2000\nloop: addi t0, t0, -1\nbnez t0, loop\n${exit(0)}`);
    assertEquals(play(program, "--engine", engine, "--insn-trace", path).status, 0);
    const text = Deno.readTextFileSync(path);
    Deno.removeSync(path);
    return text;
  });
  assertEquals(traces[0].split("\n").length, 1 + 1 + 2 * 2000 + 4 + 1);
  assertEquals(traces[1], traces[0]);
});

Deno.test("run: an illegal instruction without a handler", () => {
  const why = (core: string, handler: string) =>
    `Cannot execute 0xFFFFFFFF: it is no instruction of ${core}, and the trap finds no handler at ${handler}; ` +
    `pc 0x1C000084 (bad), cycle 1`;
  const source = ".option norvc\nstart: nop\nbad: .word 0xffffffff";
  fails(source, why("ri5cy_2019_11_fetch128", "0x1C000000"));
  fails(source, why("ri5cy_2018_01", "0x1C000084"), "--core", "ri5cy_2018_01");
  fails(source, why("cv32e40p_1_8_3", "0x1C000000"), "--core", "cv32e40p_1_8_3");
});

Deno.test("run: a program that runs past its end", () => {
  fails(
    "start: nop\nnop",
    "Cannot execute 0x00000000: it is no instruction of ri5cy_2019_11_fetch128, and the trap finds no handler at " +
      "0x1C000000; memory is 0 there: did the program run past its end, or into its data?; pc 0x1C000084, cycle 2",
  );
});

Deno.test("run: a jump to nowhere, and what jumped", () => {
  const where = (pc: string, from: string, cycle: number) =>
    `Cannot fetch from ${pc}: nothing is mapped there; ${from} led there; pc ${pc}, cycle ${cycle}`;
  fails("start: jr zero", where("0x00000000", "0x1C000080 (start)", 2));
  fails("start: li t0, 0x5000\nleap: jr t0", where("0x00005000", "0x1C000082 (leap)", 4));
  fails(
    `start: call main\n${exit(0)}\nmain: li ra, 0x6000\nadd a0, a0, a1\nret`,
    where("0x00006000", "0x1C000092 (main+4)", 6),
  );
});

Deno.test("run: a jump to an odd address drops the bit; one into the middle of an instruction meets what is there", () => {
  const jump = (offset: number) =>
    `.option norvc\nstart: la t0, there\njr ${offset}(t0)\nthere: .word 0xffff0001\n${exit(0)}`;
  assertEquals(play(elfOf(`.option norvc\nla t0, there\njr 1(t0)\nthere: ${exit(0)}`)).status, 0);
  fails(jump(2), /^Cannot execute 0x....FFFF: it is no instruction .*; pc 0x1C00008E \(there\+2\), cycle \d+\n$/);
});

Deno.test("run: accesses to where nothing is", () => {
  const why = (what: string, address: string, pc: string, cycle: number) =>
    `Cannot ${what} ${address}: nothing is mapped there; pc ${pc}, cycle ${cycle}`;
  fails("start: lui t0, 0x1a000\nrom: sw t0, 4(t0)", why("store 0x1A000000 to", "0x1A000004", "0x1C000084 (rom)", 2));
  fails("start: sw zero, 0(zero)", why("store 0x00000000 to", "0x00000000", "0x1C000080 (start)", 1));
  fails("lui t0, 0x50000\nread: lw a0, 8(t0)", why("load from", "0x50000008", "0x1C000084 (read)", 2));
  fails(
    "lui t0, 0x10000\nli t1, 100000\nloop: lw a0, 0(t0)\naddi t0, t0, 4\naddi t1, t1, -1\nbnez t1, loop",
    /^Cannot load from 0x10040000: nothing is mapped there; pc 0x1C00008A \(loop\), cycle \d{6}\n$/,
  );
  fails("li t0, 0x1003fffe\nlw a0, 0(t0)", /^Cannot load from 0x10040000: nothing is mapped there; pc 0x1C000086/);
});

Deno.test("run: programs without an end", () => {
  const over = "Cannot finish: 100000 cycles are over (--max-cycles) and the program";
  fails("start: nop\nforever: j forever", `${over} is at 0x1C000082 (forever)`, "--max-cycles", "100000");
  const asleep = `start: nop\nwfi\n${exit(0)}`;
  fails(asleep, `${over} sleeps, for want of an interrupt, at 0x1C000082 (start+2)`, "--max-cycles", "100000");
  fails(
    asleep,
    "Cannot go on: the core sleeps (wfi) and no interrupt is left that could wake it; pc 0x1C000082 (start+2), cycle 5",
  );
  assertEquals(play(elfOf(asleep), "--irq", "3@1000").status, 0);
  const failed = play(elfOf("start: j start"), "--max-cycles", "100", "--json");
  assertEquals([failed.status, JSON.parse(failed.out).exitCode], [1, null]);
});

Deno.test("run: traps that go in circles before any instruction has run", () => {
  // The handler is a fence, and an illegal instruction behind it.
  const words = new Uint8Array(0x84);
  new DataView(words.buffer).setUint32(0, 0x0000_000f, true);
  for (const engine of ["fast", "reference"]) {
    const { status, err } = play(elfFile([{ address: 0x1c00_0000, bytes: words }], 0x1c00_0080), "--engine", engine);
    assertMatch(err, /^Cannot start: the core meets nothing but illegal instructions and fences; pc 0x1C0000/);
    assertEquals(status, 1);
  }
});

Deno.test("run warns of hardware loops that are not legal, and runs them as the core does", () => {
  const what = "is not legal: its body has fewer than two instructions";
  const body = `a: addi s0, s0, 1\nb: addi s1, s1, 1\nadd a0, s0, s1\nlui a1, 0x1a104\nsw a0, 0xa0(a1)\nhang: j hang`;
  for (const engine of ["reference", "fast"]) {
    const all = play(elfOf(`nop\nset: lp.setupi x1, 5, a\n${body}`), "--engine", engine);
    const where = "from 0x1C000086 (a) to 0x1C000086 (a)";
    assertEquals(all.err, `Warning: Hardware loop 1 ${where} ${what}; pc 0x1C000082 (set), cycle 1\n`);
    assertStringIncludes(all.out, "exit status 2\n");
    // The count may come first, and the body may be right by then.
    const parts = (end: string) => `nop\nset: lp.counti x0, 5\nlp.starti x0, a\nlp.endi x0, ${end}\n${body}`;
    assertStringIncludes(play(elfOf(parts("a")), "--engine", engine).err, `${what}; pc 0x1C000082 (set), cycle 1`);
    const legal = play(elfOf(parts("b")), "--engine", engine);
    assertEquals(legal.err, "");
    assertStringIncludes(legal.out, "exit status 10\n");
  }
  // One warning for each place.
  const often = `li s0, 5000\nagain: lp.setupi x0, 9, b\na: nop\nb: bnez zero, a\naddi s0, s0, -1\nbnez s0, again`;
  const { status, err } = play(elfOf(`${often}\n${exit(0)}`));
  assertEquals(status, 0);
  assertMatch(err, /^Warning: .* is not legal: its last instruction, bne, is a branch or jump; pc 0x1C000086 .*\n$/);
});

Deno.test("run refuses files that are no program for the board", () => {
  refuses(play(withWord(good, 16, 2 | 40 << 16)), "Cannot read ELF: it is for ARM, not for RISC-V (e_machine 243)");
  refuses(
    play(good.slice(0, 70)),
    "Cannot read ELF: the table of program headers is cut off: it takes bytes 52 to 83, the file has 70; the file may " +
      "have been truncated on its way",
  );
  refuses(
    play(new TextEncoder().encode("hello")),
    "Cannot read ELF: this is no ELF file: it begins with 68 65 6C 6C instead of 7F 45 4C 46",
  );
  refuses(play(new Uint8Array(0)), "Cannot read ELF: the file is empty");
});

Deno.test("run refuses segments that the board cannot hold", () => {
  const memory = "the board has memory at 0x1c000000 (1 MiB) and at 0x10000000 (256 KiB)";
  refuses(
    play(withWord(good, 52 + 20, 0xffff_ffff)),
    "Cannot read ELF: segment 0 at 0x1C000080 takes 4294967295 bytes of memory; more than 1073741824 are not plausible",
  );
  refuses(
    play(withWord(good, 52 + 20, 0x4000_0000)),
    `Cannot load segment 0x1C000080, 1073741824 bytes: ${memory}`,
  );
  const at = (...addresses: number[]) => elfFile(addresses.map((address) => ({ address, bytes: NOP })), addresses[0]);
  refuses(play(at(0x1c00_0080, 0x8000_0000)), `Cannot load segment 0x80000000, 4 bytes: ${memory}`);
  refuses(
    play(at(0x1c00_0080, 0x1c00_0082)),
    "Cannot read ELF: two segments overlap where they run: 4 bytes at 0x1C000080 and 4 bytes at 0x1C000082; look at " +
      "the linker script's memory regions",
  );
  refuses(
    play(at(0x1c00_1000)),
    "Cannot start: the board starts at 0x1C000080, where the file has nothing (its entry is 0x1C001000); link its " +
      "start code there",
  );
});

Deno.test("run refuses command lines that make no sense", () => {
  refuses(command(), "Cannot run: which program? task run FILE.elf");
  refuses(command("a.elf", "b.elf"), "Cannot run b.elf: one program at a time");
  refuses(command("/nowhere/a.elf"), "Cannot read /nowhere/a.elf: No such file or directory (os error 2)");
  const cores = "ri5cy_2018_01, ri5cy_2018_01_fetch128, ri5cy_2019_11, ri5cy_2019_11_fetch128, cv32e40p_1_8_3";
  for (
    const [options, message] of [
      ["--fast", "Cannot take --fast: there is no such option; --help lists the options"],
      ["--max-cycles -1", "Cannot take -1: no option takes a number below 0; --help lists the options"],
      ["--max-cycles 1e3", "Cannot take --max-cycles 1e3: it wants a whole number from 0 to 9007199254740991"],
      ["--data-valid-delay 31", "Cannot take --data-valid-delay 31: it wants a whole number from 0 to 30"],
      ["--core arm", `Cannot take --core arm: it may be ${cores}`],
      ["--engine warp", "Cannot take --engine warp: it may be reference, fast"],
      ["--engine", "Cannot run: --engine wants a value; --help lists the options"],
      ["--platform moon", "Cannot take --platform moon: it may be bench, cluster-bench, gap8"],
      ["--irq 3", "Cannot take --irq 3: it wants LINE@CYCLE, with a line from 0 to 31"],
      ["--irq 32@5", "Cannot take --irq 32@5: it wants LINE@CYCLE, with a line from 0 to 31"],
      ["--platform cluster-bench --irq 1@2", "Cannot take --irq: it works on --platform bench only"],
      ["--insn-trace /nowhere/t.csv", "Cannot write /nowhere/t.csv: No such file or directory (os error 2)"],
    ]
  ) refuses(play(good, ...options.split(" ")), message);
});

Deno.test("run --help lists each option", () => {
  const { status, out } = command("--help");
  assertEquals(status, 0);
  for (const name of ["platform", "core", "engine", "insn-trace", "irq", "max-cycles"]) {
    assert(out.includes(`--${name} `));
  }
});
