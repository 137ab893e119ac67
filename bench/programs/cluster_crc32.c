// CRC-32 of 4096 bytes by a table of 256 words that all share, again and again: each core has a part of the bytes.
#include "cluster.h"
#define BYTES 4096
#ifndef ROUNDS
#define ROUNDS 2500
#endif
static unsigned table[256], sums[CORES];
static unsigned char message[BYTES];

int main(int core) {
  for (unsigned i = (unsigned)core; i < 256; i += CORES) {
    unsigned value = i;
    for (int bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? 0xEDB88320u ^ value >> 1 : value >> 1;
    table[i] = value;
  }
  for (int i = core; i < BYTES; i += CORES) message[i] = (unsigned char)(i * 31 >> 3);
  barrier();
  const int length = BYTES / CORES;
  unsigned sum = ~0u;
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = core * length; i < (core + 1) * length; i++) sum = table[(sum ^ message[i]) & 255] ^ sum >> 8;
    sums[core] = sum;
    barrier();
  }
  return sum == 0;
}
