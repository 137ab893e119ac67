.include "xpulp.inc"
        .text
        .globl _start
_start:
        li a0, 0x10000000
        li a1, 0x10000100
        li a2, 0
        li a3, 0
        lp_setupi 0,50,1f
        p_lh t0,2,a0
        p_lh t1,2,a1
        p_mac a2, t0, t1
        p_msu a3, t1, t0
        mul t2, a2, a3
1:      p_mac a3, t2, t2
        sw a2, 0x200(a0)
done:   lui t6, 0x1a104
        sw zero, 0xa0(t6)
