// A producer and a consumer with an sc_fifo of 16 places between them. argv[1] is `try` (nb_write and nb_read, waiting
// only when they fail) or `wait` (write and read). Prints items per second of CPU time.
#include <cstdio>
#include <cstring>
#include <ctime>
#include <systemc>

static const long items = 10000000;

static double cpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

struct Pair : sc_core::sc_module {
  sc_core::sc_fifo<long> fifo{16};
  const bool tries;
  long sum = 0;
  SC_HAS_PROCESS(Pair);
  Pair(sc_core::sc_module_name name, bool tries) : sc_module(name), tries(tries) {
    SC_THREAD(produce);
    SC_THREAD(consume);
  }
  void produce() {
    for (long i = 0; i < items; ++i) {
      if (!tries || !fifo.nb_write(i)) fifo.write(i);
    }
  }
  void consume() {
    for (long i = 0, item; i < items; ++i) {
      if (!tries || !fifo.nb_read(item)) item = fifo.read();
      sum += item;
    }
  }
};

int sc_main(int argc, char** argv) {
  Pair pair("pair", argc < 2 || std::strcmp(argv[1], "wait") != 0);
  const double start = cpuSeconds();
  sc_core::sc_start();
  const double seconds = cpuSeconds() - start;
  if (pair.sum != items * (items - 1) / 2) return 1;
  std::printf("{\"name\": \"systemc.fifo\", \"value\": %.0f, \"unit\": \"items/s\"}\n", items / seconds);
  return 0;
}
