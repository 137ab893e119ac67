.include "xpulp.inc"
        .text
        .globl _start
_start:
        li a0, 0x10000000
        li a1, 0x10000100
        li a2, 0
        li a3, 0
        li a4, 0
        lp_setupi 0,40,1f
        p_lw t0,4,a0
        p_lw t1,4,a1
        pv_sdotsp_b a2, t0, t1
        pv_sdotup_b a3, t0, t1
        pv_dotsp_h t2, t0, t1
        pv_sdotusp_b a4, t0, t1
1:      pv_add_b t3, t2, t0
done:   lui t6, 0x1a104
        sw zero, 0xa0(t6)
