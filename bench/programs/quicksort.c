// Sorts 4096 words, again and again; checks the order.
#define N 4096
#ifndef ROUNDS
#define ROUNDS 200
#endif
static int values[N];

static void sort(int *low, int *high) {
  while (low < high) {
    int pivot = low[(high - low) >> 1], *left = low, *right = high;
    for (;;) {
      while (*left < pivot) left++;
      while (pivot < *right) right--;
      if (left >= right) break;
      int value = *left;
      *left++ = *right;
      *right-- = value;
    }
    if (right - low < high - right) {
      sort(low, right);
      low = right + 1;
    } else {
      sort(right + 1, high);
      high = right;
    }
  }
}

int main(void) {
  unsigned seed = 1, hash = 0;
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = 0; i < N; i++) {
      seed = seed * 1664525u + 1013904223u;
      values[i] = (int)seed;
    }
    sort(values, values + N - 1);
    for (int i = 1; i < N; i++) if (values[i - 1] > values[i]) return 1;
    hash = hash * 31u + (unsigned)values[N / 2];
  }
  *(volatile unsigned *)0x1A10F004 = hash;
  return 0;
}
