// What the programs of the eight-core board have in common.
#define CORES 8
// Waits at barrier 0: p.elw of its trigger register.
static inline void barrier(void) {
  unsigned base = 0x10204000u, value;
  __asm__ volatile(".insn i 0x03, 6, %0, 0x21C(%1)" : "=r"(value) : "r"(base) : "memory");
}
