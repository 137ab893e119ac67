// Shell sort of 512 words that each core has to itself, again and again.
#include "cluster.h"
#define WORDS 512
#ifndef ROUNDS
#define ROUNDS 160
#endif
static unsigned numbers[CORES][WORDS];

int main(int core) {
  unsigned *own = numbers[core], seed = (unsigned)core + 1;
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = 0; i < WORDS; i++) own[i] = seed = seed * 1664525u + 1013904223u;
    for (int gap = WORDS / 2; gap > 0; gap /= 2) {
      for (int i = gap; i < WORDS; i++) {
        const unsigned value = own[i];
        int at = i;
        for (; at >= gap && own[at - gap] > value; at -= gap) own[at] = own[at - gap];
        own[at] = value;
      }
    }
    barrier();
  }
  for (int i = 1; i < WORDS; i++) if (own[i - 1] > own[i]) return 1;
  return 0;
}
