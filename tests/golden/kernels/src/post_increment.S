.include "xpulp.inc"
        .text
        .globl _start
_start:
        li a0, 0x10000000
        li a1, 0x10000500
        li a2, 12
        li a3, 4
        lp_setupi 0,24,1f
        p_lw_rr t0,a3,a0
        p_lbu t1,2,a0
        p_sw_rr t0,a3,a1
        p_lb_at t2,a2,a0
        p_sb t2,1,a1
        add t3, t1, t2
1:      p_sh t3,-3,a0
        lw a4, 0(a0)
done:   lui t6, 0x1a104
        sw zero, 0xa0(t6)
