.include "xpulp.inc"
        .text
        .globl _start
_start:
        .option norvc
        .option norelax
        li sp, 0x10000f00
        li a0, 6
first:  jal ra, fib
        li s1, 0x10000000
        lui t0, %hi(double)
        addi t0, t0, %lo(double)
through:jalr ra, 0(t0)
        jal zero, done
fib:    addi sp, sp, -12
        sw ra, 0(sp)
        sw s0, 4(sp)
        mv s0, a0
        li t0, 2
        blt a0, t0, 1f
        addi a0, a0, -1
left:   jal ra, fib
        sw a0, 8(sp)
        addi a0, s0, -2
right:  jal ra, fib
        lw t1, 8(sp)
        add a0, a0, t1
1:      lw s0, 4(sp)
        lw ra, 0(sp)
        addi sp, sp, 12
        ret
double: 
        add a0, a0, a0
        ret
done:   lui t6, 0x1a104
        sw zero, 0xa0(t6)
