// CRC-32 of 8 KiB, bit by bit, again and again; checks itself against the known answer for "123456789".
#ifndef ROUNDS
#define ROUNDS 300
#endif
static unsigned char data[8192];

static unsigned crc32(unsigned crc, const unsigned char *at, int count) {
  crc = ~crc;
  while (count--) {
    crc ^= *at++;
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320u & -(crc & 1));
  }
  return ~crc;
}

int main(void) {
  static const unsigned char known[9] = {'1', '2', '3', '4', '5', '6', '7', '8', '9'};
  if (crc32(0, known, 9) != 0xCBF43926u) return 1;
  for (int i = 0; i < 8192; i++) data[i] = (unsigned char)(i * 7 + 3);
  unsigned crc = 0;
  for (int round = 0; round < ROUNDS; round++) crc = crc32(crc, data, 8192);
  *(volatile unsigned *)0x1A10F004 = crc;
  return 0;
}
