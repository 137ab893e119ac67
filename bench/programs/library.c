/* Much code, none of it in a hurry: what a C library has, called on changing numbers. Prints into a checksum. */
#include <complex.h>
#include <fnmatch.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 100
#define COUNT(array) (sizeof array / sizeof *array)

static uint32_t checksum;

static int put(char letter, FILE *file) {
  (void)file;
  checksum = checksum * 31 + (unsigned char)letter;
  return (unsigned char)letter;
}

static FILE out = FDEV_SETUP_STREAM(put, NULL, NULL, _FDEV_SETUP_WRITE);
FILE *const stdout = &out;
FILE *const stderr = &out;
FILE *const stdin = &out;

void _exit(int status) {
  *(volatile int *)0x1A1040A0 = status;
  for (;;) {
  }
}

static double (*const functions[])(double) = {
    sin,   cos, tan,   asin, acos,  atan, sinh, cosh,   tanh,   asinh, acosh, atanh, exp,   exp2,  expm1, log,   log2, log10,
    log1p, sqrt, cbrt, erf,  erfc,  tgamma, lgamma, j0, j1,     y0,    y1,    floor, ceil,  rint,  round, trunc, logb};

static float (*const floatFunctions[])(float) = {
    sinf,  cosf,  tanf, asinf, acosf, atanf,  sinhf,  coshf, tanhf, asinhf, acoshf,  atanhf, expf,
    exp2f, expm1f, logf, log2f, log10f, log1pf, sqrtf, cbrtf, erff,  erfcf,  tgammaf, lgammaf};

static int order(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static void calculate(unsigned round, double *values) {
  for (unsigned i = 0; i < COUNT(functions); i++) {
    values[i] = functions[i](0.13 * (round + 1) + 0.07 * i);
    printf("%u %.9g %e\n", i, values[i], values[i]);
  }
  for (unsigned i = 0; i < COUNT(floatFunctions); i++) {
    float value = floatFunctions[i](0.11f * (round + 1) + 0.05f * i);
    printf("%u %.6g\n", i, (double)value);
  }
  qsort(values, COUNT(functions), sizeof *values, order);
}

static void convert(unsigned round, double *values) {
  char text[100];
  for (int i = 0; i < 20; i++) {
    snprintf(text, sizeof text, "%d.%de%d", i, i * 37 + (int)round, i % 5 - 2);
    double value = values[i];
    values[i] = strtod(text, NULL) + pow(value, 1.5) + fmod(value, 0.37) + atan2(value, 2) + hypot(value, 1) +
                remainder(value, 3) + strtol(text, NULL, 10) + strtoul("ff", NULL, 16);
    printf("%a %lld %s\n", values[i], (long long)values[i] * 1234567, text);
  }
}

static void write(unsigned round) {
  char text[100];
  struct tm date = {.tm_year = 126, .tm_mon = round % 12, .tm_mday = 1 + round % 28, .tm_hour = round % 24};
  strftime(text, sizeof text, "%A %B %d %H:%M:%S %Y %j", &date);
  puts(text);
  int a, b;
  float c;
  sscanf("12 34 5.5", "%d %d %f", &a, &b, &c);
  printf("%d %d %f %s\n", a, b, c, strstr(text, ":"));
  printf("%d %s\n", fnmatch("*[0-9]*.c", "abc123x.c", 0), strtok(text, " "));
  double complex z = csqrt(0.5 * round + 1.0 * I) + cexp(0.1 + 0.2 * I);
  printf("%g %g\n", creal(z), cimag(z));
}

int main(void) {
  static char threadStorage[64] __attribute__((aligned(16)));
  static double values[COUNT(functions)];
  __asm__ volatile("mv tp, %0" : : "r"(threadStorage));
  for (unsigned round = 0; round < ROUNDS; round++) {
    calculate(round, values);
    convert(round, values);
    write(round);
  }
  return checksum != CHECKSUM;
}
