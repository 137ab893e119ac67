// 32 x 32 matrix product, again and again: each core has every eighth row; a barrier after each product.
#include "cluster.h"
#define N 32
#ifndef ROUNDS
#define ROUNDS 400
#endif
static int a[N * N], b[N * N], c[N * N];

int main(int core) {
  for (int i = core; i < N * N; i += CORES) {
    a[i] = (i * 7 & 255) - 128;
    b[i] = (i * 13 & 255) - 128;
  }
  barrier();
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = core; i < N; i += CORES) {
      for (int j = 0; j < N; j++) {
        int sum = round;
        for (int k = 0; k < N; k++) sum += a[i * N + k] * b[k * N + j];
        c[i * N + j] = sum;
      }
    }
    barrier();
  }
  unsigned hash = 0;
  for (int i = 0; i < N * N; i++) hash = hash * 31u + (unsigned)c[i];
  return hash == 0;
}
