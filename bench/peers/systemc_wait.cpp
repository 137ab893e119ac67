// N SC_THREADs that each wait one cycle, again and again: argv[1] is N. Prints resumes per second of CPU time.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <systemc>
#include <vector>

static const sc_core::sc_time period(1, sc_core::SC_NS);

struct Waiter : sc_core::sc_module {
  unsigned long long resumes = 0;
  SC_HAS_PROCESS(Waiter);
  explicit Waiter(sc_core::sc_module_name name) : sc_module(name) { SC_THREAD(behave); }
  void behave() {
    for (;;) {
      wait(period);
      ++resumes;
    }
  }
};

static double cpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

int sc_main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 10;
  const double resumes = 5e6;
  std::vector<Waiter*> waiters;
  for (int i = 0; i < count; ++i) waiters.push_back(new Waiter(sc_core::sc_gen_unique_name("waiter")));
  sc_core::sc_start(period * (resumes / 10 / count));  // warm-up
  for (Waiter* waiter : waiters) waiter->resumes = 0;
  const double start = cpuSeconds();
  sc_core::sc_start(period * (resumes / count));
  const double seconds = cpuSeconds() - start;
  double done = 0;
  for (Waiter* waiter : waiters) done += waiter->resumes;
  std::printf("{\"name\": \"systemc.wait\", \"value\": %.0f, \"unit\": \"resumes/s\"}\n", done / seconds);
  return 0;
}
