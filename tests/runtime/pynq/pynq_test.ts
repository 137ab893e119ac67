import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  AlveoAddress,
  formatTimeIt,
  HazardWatch,
  NdView,
  Pynq,
  timeit,
  type WaitHandle,
} from "../../../runtime/pynq/mod.ts";
import { type Process, SimulationError } from "../../../sim/mod.ts";
import { canonicalOnly, CanonicalTrace } from "../../../sim/trace/mod.ts";
import { N, session, testMachine } from "./machine.ts";

const counting = NdView.over(Int32Array.from({ length: N }, (_, i) => i), [N]);

Deno.test("Kernel.call computes on the card what flush has brought there, and invalidate fetches it", () => {
  for (const startBy of ["sw", "ert"] as const) {
    for (const scheduler of ["ert", "kds"] as const) {
      session({ startBy, scheduler }).run(function* (pynq): Process {
        const ol = yield* pynq.overlay("one.xclbin");
        const src = yield* pynq.allocate(N, "i4"), dst = yield* pynq.allocate(N, "i4");
        src.assign(counting);
        yield* src.flush();
        yield* ol.kernel("adds_1").call(src, dst, -5);
        yield* dst.invalidate();
        assertEquals([...dst], [...counting].map((value) => value - 5));
      });
    }
  }
});

Deno.test("PynqBuffer slices have their own device address, and only they are copied", () => {
  session().run(function* (pynq): Process {
    const ol = yield* pynq.overlay("one.xclbin");
    const buffer = yield* pynq.allocate([4, N], "i4"), out = yield* pynq.allocate([2, N], "i4");
    assertEquals(buffer.slice(2).deviceAddress, buffer.deviceAddress + 2 * 4 * N);
    assertEquals(buffer.physicalAddress % 4096, 0);
    assertEquals([buffer.nbytes, buffer.coherent, buffer.cacheable], [4 * 4 * N, false, true]);
    buffer.fill(7);
    yield* buffer.slice(2).syncToDevice();
    yield* ol.kernel("adds_1").call(buffer.slice(2), out.slice(1), 1);
    yield* out.slice(1).syncFromDevice();
    assertEquals([...out.slice(1)], new Array(N).fill(8));
    assertEquals([...out.slice(0)], new Array(N).fill(0));
    // The card's copy of what was not flushed is what memory came up with, not 7.
    yield* buffer.invalidate();
    assertEquals(buffer.at(2, 0), 7);
    assert(buffer.at(1, 0) !== 7);
  });
});

Deno.test("A card that one program has driven itself can be scheduled by the card in the next one, and back", () => {
  const machine = testMachine();
  for (const [index, scheduler] of (["kds", "ert", "kds"] as const).entries()) {
    new Pynq(machine, { scheduler, name: `program${index}` }).run(function* (pynq): Process {
      const file = scheduler === "ert" ? "test.xclbin" : "one.xclbin";
      const ol = yield* pynq.overlay(file);
      const buffer = yield* pynq.allocate(N, "i4", ol.memory("bank1"));
      buffer.assign(counting);
      yield* buffer.flush();
      const first = yield* ol.kernel("adds_1").startErt(buffer, buffer, 1);
      yield* (yield* ol.kernel("adds_1").startErt(buffer, buffer, 2, { waitlist: [first] })).wait();
      yield* buffer.invalidate();
      assertEquals(buffer.at(N - 1), N - 1 + 3);
      buffer.free();
      ol.free();
    });
  }
  assertThrows(() => new Pynq(machine, { name: "program1" }), Error, "the machine has one of that name");
});

Deno.test("Kernel.startErt runs a unit with ap_ctrl_chain again before its last run is over: the driver drives it", () => {
  for (const cycles of [100, 30_000]) {
    session().run(function* (pynq): Process {
      const chained = (yield* pynq.overlay("chained.xclbin")).kernel("chained_1");
      assertEquals(pynq.activeDevice.driver.kds.schedulerMode, "kds");
      const start = pynq.sim.now;
      const handles: WaitHandle[] = [];
      for (let i = 0; i < 6; i++) handles.push(yield* chained.startErt(cycles));
      for (const handle of handles) yield* handle.wait();
      const [unit] = pynq.activeDevice.driver.loaded!.units;
      assertEquals([unit.runs.value, unit.lostStarts.value], [6, 0]);
      const periods = (pynq.sim.now - start) / 1e12 * 300e6 / cycles;
      // One third of a run after the other, and two more at the end; one run after the other would take 18.
      if (cycles === 30_000) assert(periods > 8 && periods < 9.5, `${periods} thirds of a run`);
    });
  }
});

Deno.test("Kernel.startErt keeps what waits back and lets what is ready pass", () => {
  const pynq = session();
  const order: string[] = [];
  pynq.run(function* (): Process {
    const ol = yield* pynq.overlay("test.xclbin");
    const adds1 = ol.kernel("adds_1"), adds2 = ol.kernel("adds_2"), waits = ol.kernel("waits_1");
    const { units } = pynq.activeDevice.driver.loaded!;
    for (const unit of units) {
      unit.observe({ started: (run) => void order.push(run.label), ended: () => {} });
    }
    const one = yield* pynq.allocate(N, "i4", ol.memory("bank1")),
      zero = yield* pynq.allocate(N, "i4", ol.memory("bank0"));
    const slow = yield* waits.startErt(30_000, { label: "slow" });
    const after = yield* adds1.startErt(one, one, 1, { waitlist: [slow], label: "after slow" });
    const free = yield* adds2.startErt(zero, zero, 1, { label: "free" });
    assertEquals([slow.done, after.done], [false, false]);
    yield* free.wait();
    assertEquals([free.done, slow.done], [true, false]);
    yield* after.wait();
    assertEquals([slow.done, after.done], [true, true]);
  });
  assertEquals(order, ["slow", "free", "after slow"]);
});

Deno.test("The scheduler has 15 usable slots of 4 KiB: the 16th command waits in the driver", () => {
  session({}, testMachine({ host: { pythonCallNs: 0 } })).run(function* (pynq): Process {
    const waits = (yield* pynq.overlay("test.xclbin")).kernel("waits_1");
    let last: WaitHandle | null = null;
    for (let i = 0; i < 20; i++) last = yield* waits.startErt(20_000);
    const { driver } = pynq.activeDevice;
    const used = Array.from({ length: 16 }, (_, slot) =>
      driver.kds.commandIn(slot, 0)).filter((c) => c !== null).length;
    assertEquals(used, 15);
    yield* last!.wait();
    assertEquals(driver.kds.pending, 0);
  });
});

Deno.test("Overlay describes the design as PYNQ's dictionaries do, also before it is downloaded", () => {
  session().run(function* (pynq): Process {
    const ol = yield* pynq.overlay("test.xclbin", { download: false });
    assertEquals(ol.isLoaded, false);
    const { adds_1 } = ol.ipDict;
    assertEquals([adds_1.physAddr, adds_1.addrRange, adds_1.type], [0x180_0000, 4096, "xilinx.com:hls:adds:1.0"]);
    assertEquals(Object.keys(adds_1.registers), ["CTRL", "src", "dst", "add"]);
    const { CTRL, src, add } = adds_1.registers;
    assertEquals([CTRL.fields.AP_IDLE, CTRL.fields.AP_CONTINUE, CTRL.size, CTRL.id], [
      { bitOffset: 2, bitWidth: 1, access: "read-only" },
      undefined,
      32,
      null,
    ]);
    assertEquals([src.addressOffset, src.size, src.type, src.id, src.memory], [0x10, 64, "int const *", 0, "bank1"]);
    assertEquals([add.addressOffset, add.size, add.type, add.id, add.memory], [0x28, 32, "int", 2, null]);
    assertEquals([adds_1.index, adds_1.adjustedIndex, adds_1.xclbinUuid], [0, 0, ol.parser.uuid]);
    const { bank1 } = ol.memDict;
    assertEquals([bank1.baseAddress, bank1.size, bank1.used, bank1.type], [0x50_0000_0000, 2 ** 34, true, "DDR4"]);
    assertEquals([bank1.rawType, bank1.idx, bank1.streaming], [1, 1, false]);
    yield* ol.download();
    const adds = ol.kernel("adds_1");
    assertEquals(adds.signature, "<Signature (src:'int const *', dst:'int*', add:'int')>");
    assertEquals([adds.args.dst.index, adds.args.dst.mem, adds.args.add.mem], [2, "bank1", null]);
    assertEquals([...ol.memoryNames], ["bank0", "bank1"]);
    assertEquals(pynq.activeDevice.capabilities, { REGISTER_RW: true, CALLABLE: true, ERT: true });
    assertEquals(pynq.activeDevice.clocks, { clock0: { frequency: 300 } });
  });
});

Deno.test("XrtMemory counts what is in use; freed memory is used again, and keeps what was in it", () => {
  session().run(function* (pynq): Process {
    const ol = yield* pynq.overlay("one.xclbin");
    const bank = ol.memory("bank1");
    const first = yield* bank.allocate(1000, "u4");
    const second = yield* bank.allocate(10, "u1");
    assertEquals([bank.memUsed, bank.numBuffers], [4096 + 4096, 2]);
    first.fill(42);
    yield* first.flush();
    const address = first.deviceAddress;
    first.free();
    first.free();
    assertEquals([bank.memUsed, bank.numBuffers], [4096, 1]);
    const third = yield* bank.allocate(1000, "u4");
    assertEquals(third.deviceAddress, address);
    assertEquals(third.at(999), 0);
    yield* third.invalidate();
    assertEquals(third.at(999), 42);
    second.free();
    third.freebuffer();
    assertEquals(bank.memUsed, 0);
  });
});

Deno.test("RegisterMap reads and writes through the BAR: a kernel can be run by hand", () => {
  session().run(function* (pynq): Process {
    const ol = yield* pynq.overlay("test.xclbin");
    const { registerMap } = ol.kernel("waits_1");
    assertEquals(yield* registerMap.get("CTRL"), 4);
    yield* registerMap.set("runs", 500);
    yield* registerMap.write(0, 1);
    assertEquals(yield* registerMap.read(0), 1);
    yield pynq.host.time(10_000);
    assertEquals(yield* registerMap.get("CTRL"), 2 | 4 | 8); // done, idle, ready
    assertEquals(yield* registerMap.get("CTRL"), 4);
    assertEquals(yield* registerMap.get("runs"), 500);
    assert(pynq.sim.now > 0 && registerMap.names.includes("IP_ISR") && AlveoAddress.units === 0x180_0000);
  });
});

Deno.test("RegisterMap reads and writes fields: what is not in the field stays", () => {
  session().run(function* (pynq): Process {
    const { registerMap } = (yield* pynq.overlay("test.xclbin")).kernel("waits_1");
    const idle = { AP_START: 0, AP_DONE: 0, AP_IDLE: 1, AP_READY: 0, AUTO_RESTART: 0 };
    assertEquals(yield* registerMap.fields("CTRL"), idle);
    yield* registerMap.set("runs", 5000);
    yield* registerMap.setField("CTRL", "AP_START", 1);
    assertEquals(yield* registerMap.fields("CTRL"), { ...idle, AP_START: 1, AP_IDLE: 0 });
    yield* registerMap.setField("IP_IER", "READY", 1);
    yield* registerMap.setField("IP_IER", "DONE", 1);
    assertEquals(yield* registerMap.get("IP_IER"), 3);
    assertEquals(yield* registerMap.fields("runs"), {});
    const attempt = function* (name: string, field: string, value: number): Process<string> {
      try {
        yield* registerMap.setField(name, field, value);
      } catch (error) {
        return (error as Error).message.split("\n")[0];
      }
      return "";
    };
    assertEquals(yield* attempt("CTRL", "START", 1), "AttributeError: 'Register' object has no attribute 'START'");
    assertEquals(yield* attempt("CTRL", "AP_START", 2), "ValueError: Slice size and value do not match");
    assertEquals(yield* attempt("CTL", "AP_START", 1), "AttributeError: 'RegisterMap' object has no attribute 'CTL'");
  });
});

Deno.test("Several devices: each has its own memory and design, and works while the other does", () => {
  const machine = testMachine({ cards: [{}, {}] });
  const took = session({}, machine).run(function* (pynq): Process<number> {
    const [first, second] = pynq.devices;
    const one = yield* pynq.overlay("test.xclbin", { device: first });
    const two = yield* pynq.overlay("test.xclbin", { device: second });
    const buffer = yield* two.memory("bank1").allocate(N, "i4");
    assertEquals([first.memory("bank1").memUsed, second.memory("bank1").memUsed], [0, 4096]);
    buffer.free();
    const start = pynq.sim.now;
    const handles = [one, two].map((ol) => ol.kernel("waits_1"));
    const running: WaitHandle[] = [];
    for (const kernel of handles) running.push(yield* kernel.startErt(300_000));
    for (const handle of running) yield* handle.wait();
    pynq.activeDevice = second;
    assertEquals(pynq.activeDevice.name, "xilinx_u200_xdma_201830_2");
    return pynq.sim.now - start;
  });
  assert(took > 1e9 && took < 1.1e9, `${took} ps for two runs of 1 ms side by side`);
});

Deno.test("timeit gives mean and deviation of runs in simulated time, printed as IPython does", () => {
  session().run(function* (pynq): Process {
    let calls = 0;
    const time = yield* timeit(pynq, function* () {
      calls++;
      yield pynq.host.time(1000 + 1000 * Math.floor((calls - 2) / 2)); // 1, 1, 2, 2, 3, 3 us after the warm-up
    }, { runs: 3, loops: 2 });
    assertEquals(calls, 1 + 3 * 2);
    assertEquals(time.runsMs, [0.001, 0.002, 0.003]);
    assertEquals(formatTimeIt(time), "2 µs ± 816 ns per loop (mean ± std. dev. of 3 runs, 2 loops each)");
  });
});

Deno.test("timeit gives a deviation of 0 for equal runs, whatever their length", () => {
  session().run(function* (pynq): Process {
    const cell = function* (): Process {
      yield pynq.host.time(33_882_923.424);
    };
    const time = yield* timeit(pynq, cell, { runs: 7, loops: 10 });
    assertEquals([time.meanMs, time.deviationMs], [33.882923424, 0]);
  });
});

Deno.test("The same program gives the same trace, and watching it changes no cycle", () => {
  const run = (watched: boolean) => {
    const machine = testMachine();
    const trace = new CanonicalTrace();
    machine.sim.trace.attach(trace, canonicalOnly);
    const pynq = new Pynq(machine);
    pynq.run(function* (): Process {
      const ol = yield* pynq.overlay("one.xclbin");
      const watch = watched ? new HazardWatch(pynq) : null;
      const buffer = yield* pynq.allocate(N, "i4");
      let last: WaitHandle | null = null;
      for (let i = 0; i < 5; i++) last = yield* ol.kernel("adds_1").startErt(buffer, buffer, i, { waitlist: [last] });
      yield* last!.wait();
      yield* buffer.invalidate();
      watch?.stop();
    });
    return [trace.traceHash(), trace.lines, machine.sim.now];
  };
  const first = run(false);
  assert((first[1] as number) > 50);
  assertEquals(run(false), first);
  assertEquals(run(true), first);
});

Deno.test("Machine refuses designs whose kernels have no model, when they are loaded", () => {
  const machine = testMachine({ models: {} });
  const error = assertThrows(() => new Pynq(machine).run((pynq) => pynq.overlay("one.xclbin")), SimulationError);
  assert(error.message.includes("kernel adds has no model; there are models of"), error.message);
});
