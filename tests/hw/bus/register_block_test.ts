import { assertEquals, assertThrows } from "@std/assert";
import { Component, connect, Mapped, RegisterBlock, type RegisterTable, type Target } from "../../../hw/mod.ts";
import { MHz, ns, Simulation, SimulationError, type TraceValue } from "../../../sim/mod.ts";

type Register = "CONTROL" | "STATUS" | "COMMAND" | "DATA" | "COUNT";

const table: RegisterTable<Register> = {
  CONTROL: {
    offset: 0x00,
    reset: 0x0300,
    description: "what the timer does",
    fields: {
      ENABLE: { bits: 0, description: "1: counts" },
      PRESCALER: { bits: [8, 15], description: "cycles per count, less one" },
      BUSY: { bits: 16, access: "ro", description: "1: counts just now" },
      KEY: { bits: [28, 31], access: "wo", description: "5 unlocks" },
    },
  },
  STATUS: {
    offset: 0x04,
    access: "w1c",
    description: "what happened",
    fields: {
      DONE: { bits: 0, description: "the count was reached" },
      ERROR: { bits: 1, description: "it was written while busy" },
    },
  },
  COMMAND: { offset: 0x08, access: "wo", description: "1 starts it" },
  DATA: { offset: 0x10, reset: 0xdead_beef, description: "anything" },
  COUNT: { offset: 0x14, access: "ro", description: "counts so far" },
};

class Timer extends Component {
  readonly written: string[] = [];
  count = 0;
  readonly registers: RegisterBlock<Register> = new RegisterBlock(this, "registers", table, {
    COUNT: { read: () => this.count },
    COMMAND: { write: (value, before) => this.written.push(`${before} to ${value}`) },
  });
  readonly port: Target<Mapped> = this.target("port", Mapped, this.registers.mapped);
}

function timer() {
  const sim = new Simulation();
  const clock = sim.clock("clock", MHz(50));
  const made = new Timer(sim, "timer", {}, { clock });
  return { sim, timer: made, registers: made.registers };
}

const at = "(timer at 1.2 us, cycle 60 of clock)";
function timerLater() {
  const made = timer();
  made.sim.run({ until: ns(1200) });
  return made.registers;
}

Deno.test("RegisterBlock reads reset values, and what was written", () => {
  const { registers } = timer();
  assertEquals([0x00, 0x04, 0x10].map((offset) => registers.read(offset)), [0x0300, 0, 0xdead_beef]);
  registers.write(0x10, 0x8000_0001);
  assertEquals(registers.read(0x10), 0x8000_0001);
  registers.write(0x10, -1);
  assertEquals(registers.read(0x10), 0xffff_ffff);
  registers.reset();
  assertEquals(registers.read(0x10), 0xdead_beef);
});

Deno.test("RegisterBlock writes only the fields that can be written", () => {
  const { registers } = timer();
  registers.setField("CONTROL", "BUSY", 1);
  registers.write(0x00, 0x5000_0701);
  assertEquals(registers.getField("CONTROL", "PRESCALER"), 7);
  assertEquals(registers.getField("CONTROL", "BUSY"), 1, "a read-only field keeps its value, whatever is written");
  assertEquals(registers.getField("CONTROL", "KEY"), 5);
  assertEquals(registers.read(0x00), 0x0001_0701, "a write-only field reads as 0");
});

Deno.test("RegisterBlock clears the bits of a w1c register that are written as 1", () => {
  const { registers } = timer();
  registers.set("STATUS", 0b11);
  registers.write(0x04, 0b00);
  assertEquals(registers.read(0x04), 0b11);
  registers.write(0x04, 0b01);
  assertEquals(registers.read(0x04), 0b10);
  registers.write(0x04, 0b11);
  assertEquals(registers.read(0x04), 0);
});

Deno.test("RegisterBlock tells effects, with the value before, and lets them answer reads", () => {
  const { timer: made, registers } = timer();
  registers.write(0x08, 1);
  registers.write(0x08, 7);
  assertEquals(made.written, ["0 to 1", "1 to 7"]);
  made.count = -1;
  assertEquals(registers.read(0x14), 0xffff_ffff);
});

Deno.test("RegisterBlock refuses writes to reserved bits", () => {
  assertThrows(
    () => timerLater().write(0x00, 0x0000_00f1),
    SimulationError,
    `Cannot write 0x000000F1 to register timer.registers.CONTROL ${at}: bits 0x000000F0 are reserved and have to be 0; ` +
      "its fields are ENABLE[0], PRESCALER[15:8], BUSY[16], KEY[31:28]. A wrong shift, or a value for another register",
  );
  const registers = timerLater();
  assertThrows(() => registers.write(0x04, 4), SimulationError, "bits 0x00000004 are reserved");
  assertEquals(registers.read(0x04), 0, "a refused write has no effect");
});

Deno.test("RegisterBlock refuses values that are no words, and takes negative ones", () => {
  for (const value of [NaN, 1.5, 2 ** 32, -(2 ** 31) - 1]) {
    assertThrows(
      () => timerLater().write(0x10, value),
      SimulationError,
      `Cannot write ${value} to register timer.registers.DATA ${at}: a register takes whole numbers of 32 bits; an ` +
        "overflow, or a value that was never computed",
    );
  }
  const registers = timerLater();
  registers.write(0x10, -1);
  assertEquals(registers.get("DATA"), 0xffff_ffff);
});

Deno.test("RegisterBlock refuses writes to a read-only and reads of a write-only register", () => {
  assertThrows(
    () => timerLater().write(0x14, 5),
    SimulationError,
    `Cannot write 0x00000005 to register timer.registers.COUNT ${at}: it is read-only (counts so far); only the hardware changes it`,
  );
  assertThrows(
    () => timerLater().read(0x08),
    SimulationError,
    `Cannot read register timer.registers.COMMAND ${at}: it is write-only (1 starts it); keep a copy of what was written`,
  );
});

Deno.test("RegisterBlock refuses offsets where nothing is", () => {
  const known = "CONTROL at 0x00000000, STATUS at 0x00000004, COMMAND at 0x00000008, DATA at 0x00000010, COUNT at " +
    "0x00000014. A miscounted offset, or a driver for another version of the block";
  assertThrows(
    () => timerLater().read(0x0c),
    SimulationError,
    `Cannot read offset 0x0000000C of timer.registers ${at}: no register is there; it has ${known}`,
  );
  assertThrows(
    () => timerLater().write(0x12, 9),
    SimulationError,
    `Cannot write 0x00000009 to offset 0x00000012 of timer.registers ${at}: no register is there, as no offset between ` +
      `multiples of 4 has one; it has ${known}`,
  );
});

Deno.test("RegisterBlock.mapped serves a bus with whole words, and refuses parts of them", () => {
  class Master extends Component {
    readonly bus = this.initiator("bus", Mapped);
  }
  const { sim, timer: made } = timer();
  const { bus } = new Master(sim, "master");
  connect(bus, made.port);
  sim.run({ until: ns(1200) });
  bus.write(0x10, 4, 0x1234);
  assertEquals(bus.read(0x10, 4), 0x1234);
  assertThrows(
    () => bus.write(0x10, 1, 0xff),
    SimulationError,
    `Cannot write 0x000000FF to 1 byte at offset 0x00000010 of timer.registers ${at}: registers take whole words; use ` +
      "a load or store of 4 bytes",
  );
  assertThrows(() => bus.read(0x10, 2), SimulationError, "Cannot read 2 bytes at offset 0x00000010 of timer.registers");
  assertEquals(bus.read(0x10, 4), 0x1234);
});

Deno.test("RegisterBlock.setField refuses values that have too many bits, and fields that are not there", () => {
  const registers = timerLater();
  registers.setField("CONTROL", "PRESCALER", 255);
  assertEquals(registers.get("CONTROL"), 0xff00);
  assertThrows(
    () => registers.setField("CONTROL", "PRESCALER", 256),
    SimulationError,
    `Cannot store 256 in field PRESCALER[15:8] of register timer.registers.CONTROL ${at}: it takes whole numbers from 0 ` +
      "to 255",
  );
  assertThrows(
    () => registers.getField("CONTROL", "SPEED"),
    SimulationError,
    "Cannot find field SPEED of timer.registers.CONTROL: it has ENABLE[0], PRESCALER[15:8], BUSY[16], KEY[31:28]",
  );
  assertThrows(
    () => registers.getField("DATA", "LOW"),
    SimulationError,
    "Cannot find field LOW of timer.registers.DATA: it has no fields",
  );
  assertThrows(
    // @ts-expect-error: there is no such register
    () => registers.get("CONTROLS"),
    SimulationError,
    "Cannot find register CONTROLS of timer.registers: it has CONTROL, STATUS, COMMAND, DATA, COUNT",
  );
});

Deno.test("RegisterBlock traces what is read and written, by name", () => {
  const { sim, registers } = timer();
  const seen: TraceValue[] = [];
  sim.trace.attach({ record: (_point, _time, value) => seen.push(value) }, (point) => point.path === "timer.registers");
  registers.write(0x10, 0x2a);
  registers.read(0x04);
  assertEquals(seen, ["w DATA 0x0000002A", "r STATUS 0x00000000"]);
});

Deno.test("RegisterBlock refuses a second register at an offset, and a second block of a name", () => {
  const owner = new Component(new Simulation(), "dma");
  const here = { offset: 4, description: "here" };
  assertThrows(
    () => new RegisterBlock(owner, "registers", { A: here, B: here }),
    SimulationError,
    "Cannot declare register dma.registers.B at offset 0x00000004: A is there",
  );
  assertThrows(
    () => new RegisterBlock(owner, "registers", { A: here }),
    SimulationError,
    "Cannot add register block dma.registers: there is a register block of that path; siblings need different names",
  );
});
