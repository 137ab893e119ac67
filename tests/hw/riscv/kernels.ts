/**
 * Ten small kernels and one of calls, each as assembly and as generator firmware.
 * @module
 */
import type { FirmwareCore } from "../../../hw/riscv/firmware_core.ts";
import { reg } from "../../../hw/riscv/registers.ts";
import type { Process } from "../../../sim/mod.ts";

/** The same work in two languages; the third is `tests/golden/kernels/NAME.elf`. Data is at 0x10000000. */
export interface Kernel {
  /** Its name. */
  readonly name: string;
  /** From `_start` to `done`. */
  readonly assembly: string;
  /** Generator firmware; `symbol` gives addresses of the assembly's labels. */
  firmware(core: FirmwareCore, symbol: (name: string) => number): Process;
}

const { zero, ra, sp, s0, s1, a0, a1, a2, a3, a4, a5, t0, t1, t2, t3, t4 } = reg;
const DATA = 0x1000_0000;

/** The kernels. */
export const kernels: readonly Kernel[] = [
  {
    name: "load_use",
    assembly: `
      li a0, 0x10000000
      li a2, 0
      li a3, 20
1:    lw t0, 0(a0)
      add a2, a2, t0
      lw t1, 4(a0)
      sw t1, 8(a0)
      lbu t2, 12(a0)
      add t3, a0, t2
      lw t4, 0(t3)
      addi a0, a0, 4
      xor a2, a2, t4
      lw t0, 0(a0)
      blt t0, zero, 2f
      lh t0, 2(a0)
2:    addi t0, t0, 1
      addi a3, a3, -1
      bne a3, zero, 1b
`,
    *firmware(core) {
      core.li(a0, DATA);
      core.li(a2, 0);
      core.li(a3, 20);
      do {
        yield* core.lw(t0, a0, 0);
        core.add(a2, a2, t0);
        yield* core.lw(t1, a0, 4);
        yield* core.sw(t1, a0, 8);
        yield* core.lbu(t2, a0, 12);
        core.add(t3, a0, t2);
        yield* core.lw(t4, t3, 0);
        core.addi(a0, a0, 4);
        core.xor(a2, a2, t4);
        yield* core.lw(t0, a0, 0);
        if (!core.blt(t0, zero)) yield* core.lh(t0, a0, 2);
        core.addi(t0, t0, 1);
        core.addi(a3, a3, -1);
      } while (core.bne(a3, zero));
    },
  },
  {
    name: "mac_chains",
    assembly: `
      li a0, 0x10000000
      li a1, 0x10000100
      li a2, 0
      li a3, 0
      lp.setupi x0, 50, 1f
      p.lh t0, 2(a0!)
      p.lh t1, 2(a1!)
      p.mac a2, t0, t1
      p.msu a3, t1, t0
      mul t2, a2, a3
1:    p.mac a3, t2, t2
      sw a2, 0x200(a0)
`,
    *firmware(core) {
      core.li(a0, DATA);
      core.li(a1, DATA + 0x100);
      core.li(a2, 0);
      core.li(a3, 0);
      yield* core.hwloop(50, function* () {
        yield* core.lhPost(t0, a0, 2);
        yield* core.lhPost(t1, a1, 2);
        core.mac(a2, t0, t1);
        core.msu(a3, t1, t0);
        core.mul(t2, a2, a3);
        core.mac(a3, t2, t2);
      });
      yield* core.sw(a2, a0, 0x200);
    },
  },
  {
    name: "branches",
    assembly: `
      li a0, 0x10000000
      li a1, 40
      li a2, 0
      li a3, 0
1:    lbu t0, 0(a0)
      andi t1, t0, 3
      p.beqimm t1, 2, 4f
      beq t1, zero, 3f
      bltu t0, a2, 2f
      mv a2, t0
2:    addi a3, a3, 1
      j 4f
3:    sub a3, a3, t0
4:    addi a0, a0, 1
      addi a1, a1, -1
      bnez a1, 1b
`,
    *firmware(core) {
      core.li(a0, DATA);
      core.li(a1, 40);
      core.li(a2, 0);
      core.li(a3, 0);
      do {
        yield* core.lbu(t0, a0, 0);
        core.andi(t1, t0, 3);
        if (!core.beqimm(t1, 2)) {
          if (!core.beq(t1, zero)) {
            if (!core.bltu(t0, a2)) core.mv(a2, t0);
            core.addi(a3, a3, 1);
            core.jump();
          } else core.sub(a3, a3, t0);
        }
        core.addi(a0, a0, 1);
        core.addi(a1, a1, -1);
      } while (core.bne(a1, zero));
    },
  },
  {
    name: "nested_loops",
    assembly: `
      li a0, 0x10000000
      li a2, 0x10000400
      li t4, 7
      li a5, 12
      lp.setup x1, a5, 2f
      li a1, 0x10000100
      li t2, 0
      lp.setup x0, t4, 1f
      p.lw t0, 4(a0!)
      p.lw t1, 4(a1!)
1:    p.mac t2, t0, t1
      addi a0, a0, -8
2:    p.sw t2, 4(a2!)
`,
    *firmware(core) {
      core.li(a0, DATA);
      core.li(a2, DATA + 0x400);
      core.li(t4, 7);
      core.li(a5, 12);
      yield* core.hwloopReg(a5, function* () {
        core.li(a1, DATA + 0x100);
        core.li(t2, 0);
        yield* core.hwloopReg(t4, function* () {
          yield* core.lwPost(t0, a0, 4);
          yield* core.lwPost(t1, a1, 4);
          core.mac(t2, t0, t1);
        });
        core.addi(a0, a0, -8);
        yield* core.swPost(t2, a2, 4);
      });
    },
  },
  {
    name: "divisions",
    assembly: `
      li a0, 0x10000000
      li a3, 12
1:    lhu t0, 0(a0)
      lhu t1, 2(a0)
2:    remu t2, t0, t1
      mv t0, t1
      mv t1, t2
      bnez t2, 2b
      lw t3, 0(a0)
      lh t4, 2(a0)
      div a1, t3, t4
      rem a2, t3, t4
      divu a4, a1, t0
      sw a4, 0x300(a0)
      addi a0, a0, 4
      addi a3, a3, -1
      bnez a3, 1b
`,
    *firmware(core) {
      core.li(a0, DATA);
      core.li(a3, 12);
      do {
        yield* core.lhu(t0, a0, 0);
        yield* core.lhu(t1, a0, 2);
        do {
          core.remu(t2, t0, t1);
          core.mv(t0, t1);
          core.mv(t1, t2);
        } while (core.bne(t2, zero));
        yield* core.lw(t3, a0, 0);
        yield* core.lh(t4, a0, 2);
        core.div(a1, t3, t4);
        core.rem(a2, t3, t4);
        core.divu(a4, a1, t0);
        yield* core.sw(a4, a0, 0x300);
        core.addi(a0, a0, 4);
        core.addi(a3, a3, -1);
      } while (core.bne(a3, zero));
    },
  },
  {
    name: "wide_products",
    assembly: `
      li a0, 0x10000000
      li a2, 0
      li a3, 0
      lp.setupi x1, 16, 1f
      p.lw t0, 4(a0!)
      lw t1, 0x40(a0)
      mul t2, t0, t1
      mulhu t3, t0, t1
      add a2, a2, t2
      sltu t4, a2, t2
      add a3, a3, t3
      add a3, a3, t4
      mulh t2, t0, t1
1:    mulhsu t3, t2, t0
      sw a3, 0(a0)
`,
    *firmware(core) {
      core.li(a0, DATA);
      core.li(a2, 0);
      core.li(a3, 0);
      yield* core.hwloop(16, function* () {
        yield* core.lwPost(t0, a0, 4);
        yield* core.lw(t1, a0, 0x40);
        core.mul(t2, t0, t1);
        core.mulhu(t3, t0, t1);
        core.add(a2, a2, t2);
        core.sltu(t4, a2, t2);
        core.add(a3, a3, t3);
        core.add(a3, a3, t4);
        core.mulh(t2, t0, t1);
        core.mulhsu(t3, t2, t0);
      });
      yield* core.sw(a3, a0, 0);
    },
  },
  {
    name: "misaligned",
    assembly: `
      li a0, 0x10000001
      li a1, 0x10000402
      lp.setupi x0, 20, 1f
      lw t0, 0(a0)
      sw t0, 1(a1)
      lh t1, 2(a0)
      lhu t2, 1(a0)
      p.sh t1, 7(a1!)
      p.lw t3, 3(a0!)
      add t3, t3, t2
1:    sw t3, 3(a1)
`,
    *firmware(core) {
      core.li(a0, DATA + 1);
      core.li(a1, DATA + 0x402);
      yield* core.hwloop(20, function* () {
        yield* core.lw(t0, a0, 0);
        yield* core.sw(t0, a1, 1);
        yield* core.lh(t1, a0, 2);
        yield* core.lhu(t2, a0, 1);
        yield* core.shPost(t1, a1, 7);
        yield* core.lwPost(t3, a0, 3);
        core.add(t3, t3, t2);
        yield* core.sw(t3, a1, 3);
      });
    },
  },
  {
    name: "post_increment",
    assembly: `
      li a0, 0x10000000
      li a1, 0x10000500
      li a2, 12
      li a3, 4
      lp.setupi x0, 24, 1f
      p.lw t0, a3(a0!)
      p.lbu t1, 2(a0!)
      p.sw t0, a3(a1!)
      p.lb t2, a2(a0)
      p.sb t2, 1(a1!)
      add t3, t1, t2
1:    p.sh t3, -3(a0!)
      lw a4, 0(a0)
`,
    *firmware(core) {
      core.li(a0, DATA);
      core.li(a1, DATA + 0x500);
      core.li(a2, 12);
      core.li(a3, 4);
      yield* core.hwloop(24, function* () {
        yield* core.lwPostReg(t0, a0, a3);
        yield* core.lbuPost(t1, a0, 2);
        yield* core.swPostReg(t0, a1, a3);
        yield* core.lbReg(t2, a0, a2);
        yield* core.sbPost(t2, a1, 1);
        core.add(t3, t1, t2);
        yield* core.shPost(t3, a0, -3);
      });
      yield* core.lw(a4, a0, 0);
    },
  },
  {
    name: "dot_products",
    assembly: `
      li a0, 0x10000000
      li a1, 0x10000100
      li a2, 0
      li a3, 0
      li a4, 0
      lp.setupi x0, 40, 1f
      p.lw t0, 4(a0!)
      p.lw t1, 4(a1!)
      pv.sdotsp.b a2, t0, t1
      pv.sdotup.b a3, t0, t1
      pv.dotsp.h t2, t0, t1
      pv.sdotusp.b a4, t0, t1
1:    pv.add.b t3, t2, t0
`,
    *firmware(core) {
      core.li(a0, DATA);
      core.li(a1, DATA + 0x100);
      core.li(a2, 0);
      core.li(a3, 0);
      core.li(a4, 0);
      yield* core.hwloop(40, function* () {
        yield* core.lwPost(t0, a0, 4);
        yield* core.lwPost(t1, a1, 4);
        core.pvSdotspB(a2, t0, t1);
        core.pvSdotupB(a3, t0, t1);
        core.pvDotspH(t2, t0, t1);
        core.pvSdotuspB(a4, t0, t1);
        core.pvAddB(t3, t2, t0);
      });
    },
  },
  {
    name: "shuffles",
    assembly: `
      li a0, 0x10000000
      li a1, 0x10000600
      li a2, 0x04030201
      li a3, 0x00010000
      lp.setupi x1, 30, 1f
      p.lw t0, 4(a0!)
      lbu t1, 0(a0)
      pv.shuffle2.b t0, t1, a2
      pv.shuffle.h t2, t0, a3
      pv.max.b t3, t2, t0
      pv.cmpgt.b t4, t3, t2
      pv.pack.h t4, t4, t3
1:    p.sw t4, 4(a1!)
`,
    *firmware(core) {
      core.li(a0, DATA);
      core.li(a1, DATA + 0x600);
      core.li(a2, 0x0403_0201);
      core.li(a3, 0x0001_0000);
      yield* core.hwloop(30, function* () {
        yield* core.lwPost(t0, a0, 4);
        yield* core.lbu(t1, a0, 0);
        core.pvShuffle2B(t0, t1, a2);
        core.pvShuffleH(t2, t0, a3);
        core.pvMaxB(t3, t2, t0);
        core.pvCmpgtB(t4, t3, t2);
        core.pvPackH(t4, t4, t3);
        yield* core.swPost(t4, a1, 4);
      });
    },
  },
  {
    name: "calls",
    assembly: `
      .option norvc
      .option norelax
      li sp, 0x10000f00
      li a0, 6
first: jal ra, fib
      li s1, 0x10000000
      lui t0, %hi(double)
      addi t0, t0, %lo(double)
through: jalr ra, 0(t0)
      jal zero, done
fib:  addi sp, sp, -12
      sw ra, 0(sp)
      sw s0, 4(sp)
      mv s0, a0
      li t0, 2
      blt a0, t0, 1f
      addi a0, a0, -1
left: jal ra, fib
      sw a0, 8(sp)
      addi a0, s0, -2
right: jal ra, fib
      lw t1, 8(sp)
      add a0, a0, t1
1:    lw s0, 4(sp)
      lw ra, 0(sp)
      addi sp, sp, 12
      ret
double:
      add a0, a0, a0
      ret
`,
    *firmware(core, symbol) {
      function* fib(): Process {
        core.addi(sp, sp, -12);
        yield* core.sw(ra, sp, 0);
        yield* core.sw(s0, sp, 4);
        core.mv(s0, a0);
        core.li(t0, 2);
        if (!core.blt(a0, t0)) {
          core.addi(a0, a0, -1);
          core.jal(ra, symbol("left"));
          yield* fib();
          yield* core.sw(a0, sp, 8);
          core.addi(a0, s0, -2);
          core.jal(ra, symbol("right"));
          yield* fib();
          yield* core.lw(t1, sp, 8);
          core.add(a0, a0, t1);
        }
        yield* core.lw(s0, sp, 4);
        yield* core.lw(ra, sp, 0);
        core.addi(sp, sp, 12);
        core.jalr(zero, ra);
      }
      core.li(sp, DATA + 0xf00);
      core.li(a0, 6);
      core.jal(ra, symbol("first"));
      yield* fib();
      core.li(s1, DATA);
      core.lui(t0, 0x1c00_0000);
      core.addi(t0, t0, symbol("double") - 0x1c00_0000);
      core.jalr(ra, t0, symbol("through"));
      core.add(a0, a0, a0);
      core.jalr(zero, ra);
      core.jal(zero);
    },
  },
];
