.include "xpulp.inc"
        .text
        .globl _start
_start:
        li a0, 0x10000000
        li a3, 12
1:      lhu t0, 0(a0)
        lhu t1, 2(a0)
2:      remu t2, t0, t1
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
done:   lui t6, 0x1a104
        sw zero, 0xa0(t6)
