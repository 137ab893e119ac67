# Start of the programs on the eight-core board: each core has 512 bytes of stack and calls main with its number; core 0 has
# set up the barrier and the events of all by the time the others come to it.
.option norelax
.option norvc
.section .vectors, "ax"
  j start
  j trap
  j trap
.globl start
.text
trap:
  li a0, 77
  j exit
start:
  csrr a0, mhartid
  la sp, _stacks
  slli t0, a0, 9
  sub sp, sp, t0
  li t0, 0x10204000
  lui t1, 0x10
  sw t1, 0(t0)          # event mask: barrier
  li t1, 255
  sw t1, 0x200(t0)      # barrier 0: team
  sw t1, 0x20C(t0)      # and whom it wakes
  jal ra, main
exit:
  li t0, 0x1A1040A0
  sw a0, 0(t0)
1: j 1b
