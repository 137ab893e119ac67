import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  type Machine,
  NdView,
  Pynq,
  type PynqBuffer,
  PynqError,
  type PynqOptions,
  type StartArguments,
  type WaitHandle,
} from "../../../runtime/pynq/mod.ts";
import { DeadlockError, type Process } from "../../../sim/mod.ts";
import { N, session, testMachine } from "./machine.ts";

/** The error that a program ends with. */
function failure(main: (pynq: Pynq) => Process<unknown>, options: PynqOptions = {}, machine?: Machine): PynqError {
  return assertThrows(() => session(options, machine).run(main), PynqError);
}

/** A machine whose host takes no time for a command, so that runs pile up. */
const fastHost = () => testMachine({ host: { pythonCallNs: 0, execBufNs: 0, systemCallNs: 0 } });

function* buffers(pynq: Pynq, file = "one.xclbin") {
  const ol = yield* pynq.overlay(file);
  const bank = ol.memory("bank1");
  const src = yield* pynq.allocate(N, "i4", bank), dst = yield* pynq.allocate(N, "i4", bank);
  return { ol, bank, src, dst, adds: ol.kernel("adds_1") };
}

Deno.test("Kernel.startErt refuses more than 8 runs to wait for, as the driver does since 2020", () => {
  const main = function* (pynq: Pynq): Process {
    const { src, dst, adds } = yield* buffers(pynq);
    const handles: WaitHandle[] = [];
    for (let i = 0; i < 9; i++) handles.push(yield* adds.startErt(src, dst, i));
    yield* adds.startErt(src, dst, 9, { waitlist: handles });
  };
  const error = failure(main, {}, fastHost());
  assertEquals([error.exception, error.text, error.errno], ["RuntimeError", "Buffer submit failed: 22", 22]);
  assertStringIncludes(error.message, "adds_1 run 10 waits for 9 runs, and a command can wait for 8");
  // The driver says so to every program.
  assertEquals(failure(main, { compatible: true }, fastHost()).errno, 22);
});

Deno.test("Kernel.startErt counts only runs that are not over, and skips null", () => {
  session().run(function* (pynq): Process {
    const { src, dst, adds } = yield* buffers(pynq);
    const handles: (WaitHandle | null)[] = [null];
    for (let i = 0; i < 9; i++) handles.push(yield* adds.startErt(src, dst, i));
    yield* handles[9]!.wait();
    const last = yield* adds.startErt(src, dst, 9, { waitlist: handles });
    yield* last.wait();
    yield* src.invalidate();
    yield* dst.invalidate();
    assertEquals(dst.at(5), (src.at(5) + 9) | 0);
  });
});

Deno.test("A ninth run that waits for one and the same fails, and wait() says so", () => {
  const main = function* (pynq: Pynq): Process {
    const { src, dst, adds } = yield* buffers(pynq);
    const first = yield* adds.startErt(src, dst, 0);
    let last: WaitHandle = first;
    for (let i = 0; i < 9; i++) last = yield* adds.startErt(src, dst, i, { waitfor: [first] });
    yield* last.wait();
  };
  const error = failure(main, {}, fastHost());
  assertEquals(error.text, "Execution failed: 5");
  assertStringIncludes(error.message, "a ninth command that waits for one and the same");
  session({ compatible: true }, fastHost()).run(main); // PYNQ's wait() returns
});

Deno.test("A freed buffer cannot be an argument, nor be copied", () => {
  const argument = failure(function* (pynq) {
    const { src, dst, adds } = yield* buffers(pynq);
    src.free();
    yield* adds.call(src, dst, 1);
  });
  assertStringIncludes(argument.message, "argument src of adds_1 is a freed buffer");
  const flush = failure(function* (pynq) {
    const { src } = yield* buffers(pynq);
    src.free();
    yield* src.flush();
  });
  assertEquals([flush.text, flush.errno], ["Flush Failed: 22", 22]);
  assertStringIncludes(flush.message, "was freed; nothing is left to copy");
  const invalidate = failure(function* (pynq) {
    const { src } = yield* buffers(pynq);
    src.free();
    yield* src.invalidate();
  }, { compatible: true });
  assertEquals(invalidate.text, "Invalidate Failed: 22");
});

Deno.test("A kernel in use cannot be started by the host; in compatibility mode the start is lost", () => {
  const main = function* (pynq: Pynq): Process<number> {
    const waits = (yield* pynq.overlay("test.xclbin")).kernel("waits_1");
    const first = yield* waits.startSw(100_000);
    const second = yield* waits.startSw(1);
    yield* first.wait();
    yield* second.wait();
    return second.target.lostStarts.value;
  };
  const error = failure(main);
  assertEquals(error.text, "waits_1 is in use");
  assertStringIncludes(error.message, "the start is lost");
  assertEquals(session({ compatible: true }).run(main), 1);
});

Deno.test("A second overlay in one program takes the place of the first one", () => {
  const error = failure(function* (pynq) {
    const first = yield* pynq.overlay("one.xclbin");
    yield* pynq.overlay("test.xclbin");
    first.kernel("adds_1");
  });
  assertEquals(error.text, "Overlay not currently loaded");
  const held = failure(function* (pynq) {
    const { src } = yield* buffers(pynq);
    yield* pynq.overlay("test.xclbin");
    src.free();
  });
  assertEquals([held.text, held.errno], ["Programming Device failed: EPERM Possibly buffers still allocated", 1]);
  assertStringIncludes(held.message, "2 buffers are there; free them first");
});

Deno.test("Two programs share a design, and cannot load different ones", () => {
  const machine = testMachine();
  const first = new Pynq(machine, { name: "first" }), second = new Pynq(machine, { name: "second" });
  const ol = first.run((pynq) => pynq.overlay("one.xclbin"));
  second.run((pynq) => pynq.overlay("one.xclbin"));
  const error = assertThrows(() => second.run((pynq) => pynq.overlay("test.xclbin")), PynqError);
  assertEquals([error.text, error.errno], ["Programming Device failed: EBUSY Bitstream in use by another program", 16]);
  ol.free();
  const loaded = second.run((pynq) => pynq.overlay("test.xclbin"));
  assert(loaded.isLoaded);
});

Deno.test("A buffer in the wrong bank is refused; in compatibility mode the access finds no route", () => {
  const main = function* (pynq: Pynq): Process {
    const ol = yield* pynq.overlay("test.xclbin");
    const src = (yield* pynq.allocate(N, "i4", ol.memory("bank1"))).named("input");
    const dst = yield* pynq.allocate(N, "i4", ol.memory("bank0"));
    yield* ol.kernel("adds_2").call(src, dst, 1);
  };
  const error = failure(main);
  assertEquals(error.text, "argument src of adds_2 is in the wrong memory");
  assertStringIncludes(error.message, "it is connected to bank0, and input is in bank1");
  const hardware = assertThrows(() => session({ compatible: true }).run(main), Error);
  assertStringIncludes(hardware.message, "Cannot read 1024 bytes at 0x5000000000 in card0.bank0");
  assertStringIncludes(hardware.message, "on the card the access would never end");
});

Deno.test("A program that never waits is told at its end", () => {
  const pynq = session();
  pynq.run(function* () {
    const { src, dst, adds } = yield* buffers(pynq);
    for (let i = 0; i < 3; i++) yield* adds.startErt(src, dst, i);
  });
  assertEquals(pynq.warnings.length, 1);
  assertStringIncludes(pynq.warnings[0], "commands were not over; nobody waited: call wait() on the last handle");
  const silent = session({ compatible: true });
  silent.run(function* () {
    const { src, dst, adds } = yield* buffers(silent);
    yield* adds.startErt(src, dst, 1);
  });
  assertEquals(silent.warnings, []);
});

Deno.test("A unit that never finishes ends in a report that says what it waits for, called or scheduled", () => {
  for (const how of ["call", "startErt"] as const) {
    const error = assertThrows(() =>
      session().run(function* (pynq) {
        const waits = (yield* pynq.overlay("test.xclbin")).kernel("waits_1");
        if (how === "call") yield* waits.call(0);
        else yield* (yield* waits.startErt(0)).wait();
      }), DeadlockError);
    assertStringIncludes(error.message, "host.python_program waits for");
    assertStringIncludes(
      error.message,
      "card0.test_xclbin.waits_1 is in run 1, which waits for a condition that never comes true",
    );
  }
});

Deno.test("An xclbin for another shell, a damaged one, and none at all", () => {
  const shell = failure((pynq) => pynq.overlay("u250.xclbin"));
  assertEquals([shell.text, shell.errno], ["Programming Device failed: EOPNOTSUPP Shell does not match", 95]);
  assertStringIncludes(shell.message, "is for xilinx_u250_xdma_201830_2, the card has xilinx_u200_xdma_201830_2");
  const damaged = failure((pynq) => pynq.overlay("damaged.xclbin"));
  assertStringIncludes(damaged.message, "it is cut off");
  const missing = failure((pynq) => pynq.overlay("none.xclbin"));
  assertEquals([missing.exception, missing.text], ["FileNotFoundError", "Bitstream file none.xclbin does not exist."]);
});

Deno.test("Arguments that cannot work are refused, each in PYNQ's words where it has some", () => {
  const attempt = (
    call: (setting: ReturnType<typeof buffers> extends Process<infer R> ? R : never, pynq: Pynq) => Process<unknown>,
  ) =>
    failure(function* (pynq) {
      yield* call(yield* buffers(pynq), pynq);
    });
  const few = attempt(({ adds, src, dst }) => adds.call(src, dst));
  assertEquals([few.exception, few.text], ["struct.error", "pack expected 3 items for packing (got 2)"]);
  const many = attempt(({ adds, src, dst }) => adds.call(src, dst, 1, 2));
  assertEquals([many.exception, many.text], ["TypeError", "too many positional arguments"]);
  const plain = attempt(({ adds, dst }) => adds.call(5, dst, 1));
  assertEquals([plain.exception, plain.text], ["AttributeError", "'int' object has no attribute 'device_address'"]);
  const scalar = attempt(({ adds, src, dst }) => adds.call(src, dst, dst));
  assertEquals(scalar.exception, "struct.error");
  const range = attempt(({ adds, src, dst }) => adds.call(src, dst, 2 ** 31));
  assertEquals(range.text, "'int' format requires -2147483648 <= number <= 2147483647");
  const fraction = attempt(({ adds, src, dst }) => adds.call(src, dst, 0.5));
  assertEquals(fraction.text, "required argument is not an integer");
  const dtype = attempt(function* ({ adds, dst, bank }, pynq) {
    yield* adds.call(yield* pynq.allocate(N, "f4", bank), dst, 1);
  });
  assertEquals(dtype.text, "argument src of adds_1 has elements of another type");
  const small = attempt(function* ({ adds, dst, bank }, pynq) {
    yield* adds.call(yield* pynq.allocate(N - 1, "i4", bank), dst, 1);
  });
  assertStringIncludes(small.message, `the kernel takes ${4 * N} bytes, (${N}), and ${4 * N - 4} are left`);
});

Deno.test("A shape that differs is a warning: the kernel takes what it needs from the first element on", () => {
  const pynq = session();
  pynq.run(function* () {
    const { adds, dst, bank } = yield* buffers(pynq);
    const src = yield* pynq.allocate([2, N], "i4", bank);
    yield* adds.call(src, dst, 1);
    yield* adds.call(src, dst, 1);
  });
  assertEquals(pynq.warnings, [
    `argument src of adds_1 was given a view of shape (2, ${N}); the kernel takes (${N}) from its first element on, which ` +
    "is what it gets",
  ]);
});

Deno.test("A host that looks at its copy after a run, and before invalidate, is warned", () => {
  const pynq = session();
  pynq.run(function* () {
    const { adds, src, dst } = yield* buffers(pynq);
    dst.named("sums");
    yield* adds.call(src, dst, 1);
    assertEquals(dst.at(0), 0);
    yield* dst.invalidate();
    dst.at(0);
  });
  assertEquals(pynq.warnings.length, 1);
  assertStringIncludes(
    pynq.warnings[0],
    "the host looks at its copy of sums, bytes 0 to 1023, which adds_1 run 1 has changed",
  );
});

Deno.test("Memory: too much of it, more than one in use, none of that name", () => {
  const much = failure(function* (pynq) {
    const ol = yield* pynq.overlay("one.xclbin");
    yield* ol.memory("bank1").allocate([2 ** 20, 2 ** 14], "u4");
  });
  assertEquals([much.text, much.errno], ["Allocate failed: 12", 12]);
  const empty = failure(function* (pynq) {
    yield* pynq.overlay("one.xclbin");
    yield* pynq.allocate([0], "u4");
  });
  assertEquals(empty.text, "Allocate failed: 22");
  const several = failure(function* (pynq) {
    yield* pynq.overlay("test.xclbin");
    yield* pynq.allocate(N);
  });
  assertStringIncludes(several.text, "Multiple memories active in design");
  assertStringIncludes(several.message, "it uses bank0, bank1");
  const none = failure(function* (pynq) {
    (yield* pynq.overlay("one.xclbin")).memory("bank3");
  });
  assertEquals(none.text, "Could not find IP or hierarchy bank3 in overlay");
  const early = failure(function* (pynq) {
    yield* pynq.allocate(N);
  });
  assertEquals(early.text, "No active memories in design");
});

Deno.test("Names, registers, views with gaps, wait lists of the wrong kind", () => {
  const kernel = failure(function* (pynq) {
    (yield* pynq.overlay("one.xclbin")).kernel("mmult_1");
  });
  assertEquals(kernel.text, "Could not find IP or hierarchy mmult_1 in overlay");
  const unloaded = failure(function* (pynq) {
    (yield* pynq.overlay("one.xclbin", { download: false })).kernel("adds_1");
  });
  assertEquals(unloaded.text, "Overlay not currently loaded");
  const registers: [(pynq: Pynq) => Process<unknown>, string][] = [
    [function* (pynq) {
      yield* (yield* buffers(pynq)).adds.registerMap.read(-4);
    }, "Offset cannot be negative"],
    [function* (pynq) {
      yield* (yield* buffers(pynq)).adds.registerMap.read(2);
    }, "Unaligned read: offset must be multiple of 4."],
    [function* (pynq) {
      yield* (yield* buffers(pynq)).adds.registerMap.get("NOTHING");
    }, "'RegisterMap' object has no attribute 'NOTHING'"],
  ];
  for (const [main, text] of registers) assertEquals(failure(main).text, text);
  const gaps = failure(function* (pynq) {
    const { bank } = yield* buffers(pynq);
    const matrix = yield* pynq.allocate([4, 4], "i4", bank);
    yield* matrix.slice(":", 0).flush();
  });
  assertEquals(gaps.text, "Flush of a view with gaps");
  const waits = failure(function* (pynq) {
    const { adds, src, dst } = yield* buffers(pynq);
    const handle = yield* adds.startSw(src, dst, 1);
    yield* adds.startErt(src, dst, 1, { waitlist: [handle] });
  });
  assertEquals(waits.text, "'WaitHandle' object has no attribute '_bo'");
  const software = failure(function* (pynq) {
    const { adds, src, dst } = yield* buffers(pynq);
    yield* adds.startSw(src, dst, 1, { waitfor: [] });
  });
  assertEquals(software.text, "waitfor only supported on newer versions of XRT");
  const both = failure(function* (pynq) {
    const { adds, src, dst } = yield* buffers(pynq);
    yield* adds.startErt(src, dst, 1, { waitfor: [], waitlist: [] });
  });
  assertEquals(both.exception, "TypeError");
  const never = failure(function* (pynq) {
    (yield* buffers(pynq)).adds.startNone();
  });
  assertEquals(never.text, "Start only supported for XCLBIN-based designs");
});

Deno.test("PynqBuffer.free leaves nothing to read or write, through whatever view; PYNQ would end in a fault", () => {
  const attempt = (touch: (view: PynqBuffer) => unknown, options: PynqOptions = {}) =>
    session(options).run(function* (pynq): Process {
      const { src } = yield* buffers(pynq);
      const view = src.reshape([2, N / 2]).slice(1);
      src.named("input").free();
      touch(view);
    });
  for (
    const look of [
      (v: PynqBuffer) => v.at(0),
      (v: PynqBuffer) => [...v],
      (v: PynqBuffer) => NdView.zeros([N / 2]).equals(v),
    ]
  ) {
    assertThrows(() => attempt(look), PynqError, "RuntimeError: Cannot read input: it was freed");
  }
  for (
    const write of [(v: PynqBuffer) => v.fill(1), (v: PynqBuffer) => v.assign(1), (v: PynqBuffer) => v.setAt([0], 1)]
  ) {
    assertThrows(() => attempt(write), PynqError, "RuntimeError: Cannot write input: it was freed");
  }
  attempt((view) => view.fill(view.at(0)), { compatible: true });
});

Deno.test("PynqBuffer.free warns while a run may use the buffer, and not after it", () => {
  for (const start of ["startErt", "startSw"] as const) {
    for (const early of [true, false]) {
      const pynq = session();
      pynq.run(function* () {
        const { adds, src, dst } = yield* buffers(pynq);
        const run = yield* adds[start](src, dst, 1, { label: "the sum" });
        if (!early) yield* run.wait();
        dst.named("sums").free();
        yield* run.wait();
        src.free();
      });
      assertEquals(
        pynq.warnings,
        early ? ["sums was freed before the sum was over, which goes on with its address; wait for the run first"] : [],
      );
    }
  }
});

Deno.test("Kernel.startErt refuses what is no buffer, no option and no wait list by the name of what it is", () => {
  const attempt = (...args: unknown[]) => {
    const error = failure(function* (pynq) {
      const { adds, src, dst } = yield* buffers(pynq);
      const given = args.map((arg) => arg === "src" ? src : arg === "dst" ? dst : arg) as unknown as StartArguments;
      yield* adds.startErt(...given);
    });
    return `${error.exception}: ${error.text}`;
  };
  const no = (type: string) => `AttributeError: '${type}' object has no attribute 'device_address'`;
  assertEquals(attempt("src", NdView.zeros([N]), 1), no("ndarray"));
  assertEquals(attempt("src", null, 1), no("NoneType"));
  assertEquals(attempt(1.5, "dst", 1), no("float"));
  // The last place is where options go, too.
  assertEquals(attempt("src", "dst", NdView.zeros([N])), "struct.error: required argument is not an integer");
  assertEquals(attempt("src", "dst", null), "struct.error: required argument is not an integer");
  assertEquals(attempt("src", "dst", 1, { wait: [] }), "TypeError: got an unexpected keyword argument 'wait'");
  assertEquals(attempt("src", "dst", 1, { waitfor: 5 }), "TypeError: 'int' object is not iterable");
  assertEquals(attempt("src", "dst", 1, { waitfor: [5] }), "AttributeError: 'int' object has no attribute '_bo'");
});

Deno.test("XrtMemory.allocate refuses lengths that are none, and leaves nothing behind", () => {
  for (const shape of [[-2, -3], [0.5, 8], [0, 4], -4, NaN]) {
    session().run(function* (pynq): Process {
      const { bank } = yield* buffers(pynq);
      const before = bank.numBuffers;
      let text = "";
      try {
        yield* bank.allocate(shape, "i4");
      } catch (error) {
        text = (error as PynqError).text;
      }
      assertEquals([text, bank.numBuffers], ["Allocate failed: 22", before]);
    });
  }
});

Deno.test("PynqBuffer warns of a stale copy on whatever way it is looked at", () => {
  const looks: ((dst: PynqBuffer) => unknown)[] = [
    (dst) => dst.at(0),
    (dst) => [...dst],
    (dst) => dst.toArray(),
    (dst) => dst.toTypedArray(),
    (dst) => dst.copy(),
    (dst) => dst.equals(NdView.zeros([N])),
    (dst) => NdView.zeros([N]).equals(dst),
    (dst) => NdView.zeros([N]).assign(dst),
    (dst) => dst.slice("5:9").at(0),
  ];
  for (const look of looks) {
    const pynq = session();
    pynq.run(function* () {
      const { adds, src, dst } = yield* buffers(pynq);
      yield* adds.call(src, dst, 1);
      look(dst);
    });
    assertEquals(pynq.warnings.length, 1, String(look));
  }
});
