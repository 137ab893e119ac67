// Filter of 16 taps over 2048 samples of 16 bits, again and again: each core has a stretch of the result.
#include "cluster.h"
#define TAPS 16
#define SAMPLES 2048
#ifndef ROUNDS
#define ROUNDS 400
#endif
static short input[SAMPLES + TAPS], output[SAMPLES], taps[TAPS];

int main(int core) {
  for (int i = core; i < SAMPLES + TAPS; i += CORES) input[i] = (short)(i * 2654435761u >> 20);
  for (int i = core; i < TAPS; i += CORES) taps[i] = (short)(i * i - 40);
  barrier();
  const int length = SAMPLES / CORES;
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = core * length; i < (core + 1) * length; i++) {
      int sum = 1 << 14;
      for (int k = 0; k < TAPS; k++) sum += input[i + k] * taps[k];
      output[i] = (short)(sum >> 15);
    }
    barrier();
  }
  return output[core * length] == 12345;
}
