.include "xpulp.inc"
        .text
        .globl _start
_start:
        li a0, 0x10000000
        li a1, 40
        li a2, 0
        li a3, 0
1:      lbu t0, 0(a0)
        andi t1, t0, 3
        p_beqimm 6,2,4f
        beq t1, zero, 3f
        bltu t0, a2, 2f
        mv a2, t0
2:      addi a3, a3, 1
        j 4f
3:      sub a3, a3, t0
4:      addi a0, a0, 1
        addi a1, a1, -1
        bnez a1, 1b
done:   lui t6, 0x1a104
        sw zero, 0xa0(t6)
