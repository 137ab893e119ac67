import { assert, assertEquals } from "@std/assert";
import { Gap8Board, type Gap8Program } from "../../../hw/platforms/gap8_board.ts";
import { assemble } from "../../../hw/riscv/isa/assembler.ts";

const L2 = 0x1c00_0000;
const EVENT = 10;

/** A program whose handler of interrupt 10 counts in s11 and keeps where it came from. */
function program(source: string): Gap8Program {
  const { segments, entry, symbols } = assemble(
    `
    .option norvc
    .equ EXIT, 0x1a1040a0
    .equ EVENTS, 0x1b204000
    .rept ${EVENT}
        j     trap
    .endr
  vector: j   handler
        j     higher
        .org  0x80
  _start: li  t0, 0x1b201400       # the instruction cache
        li    t1, 1
        sw    t1, 0(t0)
        li    s1, EVENTS
        li    t0, 1 << ${EVENT}
        sw    t0, 0x14(s1)         # what interrupts
        li    t0, 2
        sw    t0, 0x8(s1)          # what wakes
        csrsi mstatus, 8
        ${source}
  end:  li    t0, EXIT
        sw    a0, 0(t0)
  1:    j     1b
  handler: addi s11, s11, 1
        csrr  s10, mepc
        csrr  s9, mcause
        mret
  higher: addi s8, s11, 1          # 1 if it came before the other
        mret
  trap: li    a0, 99
        j     end
  `,
    { base: L2 },
  );
  const names = new Map([...symbols].map(([name, at]) => [at, name]));
  return {
    entry,
    segments: segments.map(({ address, bytes }) => ({ address, bytes, sizeInMemory: bytes.length })),
    symbolAt: (address) => names.has(address) ? { name: names.get(address)!, offset: 0 } : undefined,
  };
}

/** Runs a program with events at cycles of the FC; the cycles in which labelled instructions left decode, and the board. */
function play(source: string, events: readonly (readonly [cycle: number, bit: number])[]) {
  const loaded = program(source);
  const board = new Gap8Board(loaded);
  const { fc, fcEvents } = board.chip;
  board.sim.spawn("events", function* () {
    for (const [cycle, bit] of events) {
      yield cycle - fc.clock.cycles;
      fcEvents.raise(1, bit);
    }
  }, { clock: fc.clock, background: true });
  const cycles: Record<string, number[]> = {};
  board.onRetire = (_core, cycle, pc) => {
    const name = loaded.symbolAt!(pc)?.name;
    if (name !== undefined) (cycles[name] ??= []).push(cycle);
  };
  assert(board.run(20_000), `${fc.describeWait()}`);
  return { board, cycles, registers: fc.pipeline.hart.registers };
}

const S8 = 24, S9 = 25, S10 = 26, S11 = 27;

Deno.test("Ri5cyCore takes an interrupt out of running code 5 cycles after its line rises, and goes back", () => {
  const loop = "li t0, 2\n loop: addi t1, t1, 1\n blt s11, t0, loop\n li a0, 0";
  const [first, second] = [2000, 3000];
  const { board, cycles, registers } = play(loop, [[first, EVENT], [second, EVENT]]);
  assertEquals([board.exitCode, registers[S11], registers[S9] >>> 0], [0, 2, 0x8000_0000 + EVENT]);
  // The buffer has the event in the next cycle. The first time, vector and handler have to come from L2.
  const latency = cycles.vector[1] - (second + 1);
  // The loop's taken branch takes 3 cycles, in which the core may be.
  assert(latency >= 5 && latency <= 5 + 2, `${latency}`);
  assert(cycles.vector[0] - (first + 1) > 20, `${cycles.vector}`);
  assert(board.chip.fcCache.contains(L2 + 4 * EVENT));
});

Deno.test("Ri5cyCore wakes from wfi by an interrupt, its vector leaves decode 4 cycles after the line rises", () => {
  const [first, second] = [2000, 3000];
  const { board, cycles, registers } = play("wfi\n wfi\n li a0, 0", [[first, EVENT], [second, EVENT]]);
  assertEquals([board.exitCode, registers[S11]], [0, 2]);
  assertEquals(cycles.vector[1], second + 1 + 4);
  // It slept from before 1000 until the first line, and again until the second.
  assert(board.chip.fc.asleepCycles > 1800, `${board.chip.fc.asleepCycles}`);
});

Deno.test("Ri5cyCore takes an interrupt out of p.elw, then waits again, until its event comes", () => {
  const [first, second, event] = [2000, 3000, 4000];
  const { board, cycles, registers } = play("wait: p.elw a1, 0x3c(s1)\n after: li a0, 0", [
    [first, EVENT],
    [second, EVENT],
    [event, 1],
  ]);
  assertEquals([board.exitCode, registers[S11]], [0, 2]);
  assertEquals(program("").symbolAt!(registers[S10] >>> 0)?.name, "end", "mepc is the p.elw, where `end` would be");
  // Clock on in the line's cycle, grant in the next, two cycles of the controller, then as any jump to a vector.
  assertEquals(cycles.vector[1], second + 1 + 5);
  assertEquals(cycles.wait.length, 3);
  // Event to buffer, then clock on and grant. The release of 2018 takes four cycles from there, one of them because it
  // finds a false hazard between the p.elw in execute and its copy in decode.
  assertEquals(cycles.after, [event + 2 + 3]);
});

Deno.test("Ri5cyCore does not take interrupts that mstatus or the mask keep off, but wakes by the latter", () => {
  const { board, registers } = play("csrci mstatus, 8\n wfi\n li a0, 7\n lw a1, 0x24(s1)", [[2000, EVENT]]);
  assertEquals([board.exitCode, registers[S11], registers[11]], [7, 0, 1 << EVENT]);
});

Deno.test("EventUnit asks for the highest interrupt first, and forgets one when it is taken", () => {
  const source = `
    li    t0, 0xc00
    sw    t0, 0xc(s1)
    csrci mstatus, 8
    li    t0, 1
    sw    t0, 0x100(s1)
  1: lw   t0, 0x24(s1)
    li    t1, 0xc00
    bne   t0, t1, 1b
    csrsi mstatus, 8
  2: beqz s11, 2b
    lw    a0, 0x24(s1)`;
  const { board, registers } = play(source, [[1000, EVENT], [1001, EVENT + 1]]);
  assertEquals([board.exitCode, registers[S8], registers[S11]], [0, 1, 1]);
});
