"""N SimPy (2.3) processes that each wait one cycle, again and again: argv[1] is N. Prints resumes per second of CPU time."""
import json
import sys
from time import process_time

from SimPy.Simulation import Process, Simulation, hold


class Waiter(Process):
    resumes = 0

    def behave(self):
        while True:
            yield hold, self, 1
            Waiter.resumes += 1


count = int(sys.argv[1]) if len(sys.argv) > 1 else 10
resumes = 300_000
sim = Simulation()
for i in range(count):
    waiter = Waiter(name=f"waiter{i}", sim=sim)
    sim.activate(waiter, waiter.behave())
start = process_time()
sim.simulate(until=resumes // count)
seconds = process_time() - start
print(json.dumps({"name": "simpy.wait", "value": round(Waiter.resumes / seconds), "unit": "resumes/s"}))
