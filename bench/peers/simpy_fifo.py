"""A SimPy (2.3) producer and consumer with a store of 16 places between them. Prints items per second of CPU time."""
import json
from time import process_time

from SimPy.Simulation import Process, Simulation, Store, get, put

ITEMS = 100_000


class Producer(Process):
    def behave(self, store):
        for i in range(ITEMS):
            yield put, self, store, [i]


class Consumer(Process):
    total = 0

    def behave(self, store):
        for _ in range(ITEMS):
            yield get, self, store, 1
            self.total += self.got[0]


sim = Simulation()
store = Store(capacity=16, sim=sim)
producer, consumer = Producer(sim=sim), Consumer(sim=sim)
sim.activate(producer, producer.behave(store))
sim.activate(consumer, consumer.behave(store))
start = process_time()
sim.simulate(until=1)
seconds = process_time() - start
assert consumer.total == ITEMS * (ITEMS - 1) // 2
print(json.dumps({"name": "simpy.fifo", "value": round(ITEMS / seconds), "unit": "items/s"}))
