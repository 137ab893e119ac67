.include "xpulp.inc"
        .text
        .globl _start
_start:
        li a0, 0x10000000
        li a1, 0x10000600
        li a2, 0x04030201
        li a3, 0x00010000
        lp_setupi 1,30,1f
        p_lw t0,4,a0
        lbu t1, 0(a0)
        pv_shuffle2_b t0, t1, a2
        pv_shuffle_h t2, t0, a3
        pv_max_b t3, t2, t0
        pv_cmpgt_b t4, t3, t2
        pv_pack_h t4, t4, t3
1:      p_sw t4,4,a1
done:   lui t6, 0x1a104
        sw zero, 0xa0(t6)
