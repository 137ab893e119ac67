// The primes below 65 536, again and again; checks that there are 6542.
#define LIMIT 65536
#ifndef ROUNDS
#define ROUNDS 150
#endif
static unsigned char composite[LIMIT];

int main(void) {
  unsigned primes = 0;
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = 0; i < LIMIT; i++) composite[i] = 0;
    primes = 0;
    for (int i = 2; i < LIMIT; i++) {
      if (composite[i]) continue;
      primes++;
      for (int j = 2 * i; j < LIMIT; j += i) composite[j] = 1;
    }
  }
  *(volatile unsigned *)0x1A10F004 = primes;
  return primes != 6542;
}
