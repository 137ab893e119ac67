.include "xpulp.inc"
        .text
        .globl _start
_start:
        li a0, 0x10000000
        li a2, 0
        li a3, 20
1:      lw t0, 0(a0)
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
2:      addi t0, t0, 1
        addi a3, a3, -1
        bne a3, zero, 1b
done:   lui t6, 0x1a104
        sw zero, 0xa0(t6)
