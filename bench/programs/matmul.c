// 64 x 64 matrix product, again and again; prints a sum over the result.
#define N 64
#ifndef ROUNDS
#define ROUNDS 100
#endif
static int a[N * N], b[N * N], c[N * N];

int main(void) {
  unsigned seed = 1;
  for (int i = 0; i < N * N; i++) {
    seed = seed * 1664525u + 1013904223u;
    a[i] = (int)(seed >> 24) - 128;
    seed = seed * 1664525u + 1013904223u;
    b[i] = (int)(seed >> 24) - 128;
  }
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < N; j++) {
        int sum = round;
        for (int k = 0; k < N; k++) sum += a[i * N + k] * b[k * N + j];
        c[i * N + j] = sum;
      }
    }
  }
  unsigned hash = 0;
  for (int i = 0; i < N * N; i++) hash = hash * 31u + (unsigned)c[i];
  *(volatile unsigned *)0x1A10F004 = hash;
  return 0;
}
