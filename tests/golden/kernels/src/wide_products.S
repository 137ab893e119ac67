.include "xpulp.inc"
        .text
        .globl _start
_start:
        li a0, 0x10000000
        li a2, 0
        li a3, 0
        lp_setupi 1,16,1f
        p_lw t0,4,a0
        lw t1, 0x40(a0)
        mul t2, t0, t1
        mulhu t3, t0, t1
        add a2, a2, t2
        sltu t4, a2, t2
        add a3, a3, t3
        add a3, a3, t4
        mulh t2, t0, t1
1:      mulhsu t3, t2, t0
        sw a3, 0(a0)
done:   lui t6, 0x1a104
        sw zero, 0xa0(t6)
