.include "xpulp.inc"
        .text
        .globl _start
_start:
        li a0, 0x10000001
        li a1, 0x10000402
        lp_setupi 0,20,1f
        lw t0, 0(a0)
        sw t0, 1(a1)
        lh t1, 2(a0)
        lhu t2, 1(a0)
        p_sh t1,7,a1
        p_lw t3,3,a0
        add t3, t3, t2
1:      sw t3, 3(a1)
done:   lui t6, 0x1a104
        sw zero, 0xa0(t6)
