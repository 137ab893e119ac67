/**
 * A program for a whole chip, in assembly: what the fabric controller and the cluster's cores do, from reset to the exit
 * status. It begins behind the trap vectors.
 * @module
 */

/** Names of registers. */
const REGISTERS = `
  .equ EXIT, 0x1a1040a0
  .equ PMU, 0x1a107000
  .equ FC_STDOUT, 0x1a111000
  .equ FC_CACHE, 0x1b201400
  .equ FC_EVENTS, 0x1b204000
  .equ FC_TRIGGER, 0x1b200900
  .equ L1, 0x10000000
  .equ CONTROL, 0x10200000
  .equ CACHE, 0x10201400
  .equ EVENTS, 0x10204000
`;

/** Prints, switches the cluster on, has its cores add 1 to 8000, and ends with what is missing from the sum. */
export const SUM = `
  ${REGISTERS}
        li    t0, FC_CACHE
        li    t1, 1
        sw    t1, 0(t0)
        li    a1, FC_STDOUT
        la    a0, hello
  1:    p.lbu t0, 1(a0!)
        beqz  t0, 2f
        sw    t0, 0(a1)
        j     1b
  2:    li    s0, PMU
        li    t0, 1
        sw    t0, 0(s0)
  3:    lw    t1, 0(s0)
        andi  t1, t1, 0x100
        beqz  t1, 3b
        li    t0, 3
        sw    t0, 0(s0)
        li    t0, 7
        sw    t0, 0(s0)
        li    t0, CACHE
        li    t1, 1
        sw    t1, 0(t0)
        li    s1, CONTROL + 0x40
        la    t0, cluster
        li    t1, 8
  4:    p.sw  t0, 4(s1!)
        addi  t1, t1, -1
        bnez  t1, 4b
        li    s1, FC_EVENTS
        li    t0, 2
        sw    t0, 0x8(s1)          # wake on software event 1
        li    s2, CONTROL
        li    t0, 0xff
        sw    t0, 0x8(s2)
        p.elw t0, 0x3c(s1)
        li    t0, L1
        lw    a0, 0x40(t0)
        li    a1, 8000 * 8001 / 2
        sub   a0, a0, a1
        li    t0, EXIT
        sw    a0, 0(t0)
  5:    j     5b

  hello: .asciz "Hello from the FC\\n"

        .balign 256
  cluster: .space 0x80
        li    s1, EVENTS
        csrr  s0, mhartid
        andi  s0, s0, 15
        li    t0, 0x10001          # wake on software event 0 and at the barrier
        sw    t0, 0x8(s1)
        bnez  s0, 1f
        li    t0, 0xff             # a team of eight
        sw    t0, 0x200(s1)
        sw    t0, 0x20c(s1)
        sw    zero, 0x100(s1)      # go
  1:    p.elw t0, 0x3c(s1)
        li    t0, 1000
        mul   t1, s0, t0
        li    a0, 0
        lp.setup x0, t0, last
        addi  t1, t1, 1
  last: add   a0, a0, t1
        li    t0, L1
        slli  t1, s0, 2
        add   t1, t1, t0
        sw    a0, 0(t1)
        p.elw t0, 0x21c(s1)        # the barrier
  after: bnez s0, 3f
        li    t0, L1
        li    a0, 0
        li    t2, 8
  2:    p.lw  t1, 4(t0!)
        add   a0, a0, t1
        addi  t2, t2, -1
        bnez  t2, 2b
        li    t0, L1
        sw    a0, 0x40(t0)
        li    t0, FC_TRIGGER
        sw    zero, 4(t0)
  3:    p.elw t0, 0x3c(s1)
        j     3b
`;
