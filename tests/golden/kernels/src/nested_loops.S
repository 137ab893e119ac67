.include "xpulp.inc"
        .text
        .globl _start
_start:
        li a0, 0x10000000
        li a2, 0x10000400
        li t4, 7
        li a5, 12
        lp_setup 1,15,2f
        li a1, 0x10000100
        li t2, 0
        lp_setup 0,29,1f
        p_lw t0,4,a0
        p_lw t1,4,a1
1:      p_mac t2, t0, t1
        addi a0, a0, -8
2:      p_sw t2,4,a2
done:   lui t6, 0x1a104
        sw zero, 0xa0(t6)
