import { assert, assertEquals, assertThrows } from "@std/assert";
import { Component, connect, ElaborationError, Memory, Plug, Protocol, type Target } from "../../hw/mod.ts";
import { Fifo, Line, Simulation, SimulationError } from "../../sim/mod.ts";

interface Bell {
  ring(times: number): void;
}
const Bell: Protocol<Bell> = new Protocol<Bell>("Bell", ["ring"]);

interface LouderBell extends Bell {
  shout(): void;
}
const LouderBell: Protocol<LouderBell> = new Protocol<LouderBell>("LouderBell", ["ring", "shout"]);

class Tower extends Component {
  rung = 0;
  readonly bell: Target<Bell> = this.target("bell", Bell, this);
  ring(times: number): void {
    this.rung += times;
  }
}

class Ringer extends Component {
  readonly bell = this.initiator("bell", Bell);
}

class Listener extends Component {
  readonly interrupt = this.lineInput("interrupt");
  readonly words = this.fifoOutput<number>("words");
}

function elaborationOf(sim: Simulation): readonly string[] {
  try {
    sim.run();
  } catch (error) {
    if (error instanceof ElaborationError) return error.problems;
    throw error;
  }
  return [];
}

Deno.test("connect sends an initiator's calls to the target, with its own `this`", () => {
  const sim = new Simulation();
  const tower = new Tower(sim, "tower"), ringer = new Ringer(sim, "ringer"), second = new Ringer(sim, "second");
  connect(ringer.bell, tower.bell);
  connect(second.bell, tower.bell);
  ringer.bell.ring(3);
  second.bell.ring(2);
  assertEquals(tower.rung, 3 + 2);
  assertEquals(elaborationOf(sim), []);
});

Deno.test("connect gives a plug its line or fifo", () => {
  const sim = new Simulation();
  const listener = new Listener(sim, "listener");
  const line = new Line(sim, "irq"), fifo = new Fifo<number>(sim, "words", 2);
  connect(listener.interrupt, line);
  connect(listener.words, fifo);
  assert(listener.interrupt.to === line);
  assert(listener.words.to === fifo);
  assertEquals(elaborationOf(sim), []);
});

// Each `@ts-expect-error` is the test: `deno check` fails if the line below it compiles. The run time catches the same
// mistakes where types were subverted.
Deno.test("connect of a wrong pair is a compile error, and an elaboration error if types are subverted", () => {
  const sim = new Simulation();
  const tower = new Tower(sim, "tower"), ringer = new Ringer(sim, "ringer"), listener = new Listener(sim, "listener");
  const other = new Listener(sim, "other");
  const line = new Line(sim, "irq"),
    fifo = new Fifo<number>(sim, "queue", 2),
    names = new Fifo<string>(sim, "names", 2);

  // @ts-expect-error: a tower answers Bell, not LouderBell
  const target: Target<LouderBell> = tower.bell;
  // @ts-expect-error: two initiators
  connect(ringer.bell, new Ringer(sim, "ringer2").bell);
  // @ts-expect-error: a component is not a port
  connect(ringer.bell, tower);
  // @ts-expect-error: a fifo is not a line
  connect(listener.interrupt, fifo);
  // @ts-expect-error: a line is not a fifo
  connect(listener.words, line);
  // @ts-expect-error: a target is no line
  connect(other.interrupt, tower.bell);
  // @ts-expect-error: a fifo of other items
  connect(other.words, names);

  assert(target.protocol.name === "Bell");
  assertEquals(elaborationOf(sim), [
    "listener.interrupt is connected to queue, a fifo: it takes a line",
    "listener.words is connected to irq, a line: it takes a fifo",
    "other.interrupt is connected to tower.bell, a target of protocol Bell: it takes a line",
    "ringer.bell is connected to ringer2.bell, a port that calls as well: it takes a target of protocol Bell",
    "ringer.bell is connected to tower, which is no port: it takes a target of protocol Bell",
    "ringer.bell is connected 2 times, to ringer2.bell and tower: it takes one; remove the others, or put an " +
    "interconnect between",
    "ringer2.bell is not connected: it takes a target of protocol Bell, and no connect() names it; there is tower.bell",
  ]);
});

Deno.test("connect of another protocol is a compile error, also where one has all calls of the other", () => {
  const sim = new Simulation();
  class LouderRinger extends Component {
    readonly bell = this.initiator("bell", LouderBell);
    readonly memory = this.initiator("memory", Memory);
  }
  class LouderTower extends Component {
    readonly bell: Target<LouderBell> = this.target("bell", LouderBell, { ring: () => {}, shout: () => {} });
  }
  const tower = new Tower(sim, "tower"), louder = new LouderTower(sim, "louder");
  const ringer = new Ringer(sim, "ringer"), louderRinger = new LouderRinger(sim, "louder_ringer");

  // @ts-expect-error: more calls than the port makes
  connect(ringer.bell, louder.bell);
  // @ts-expect-error: fewer calls than the port makes
  connect(louderRinger.bell, tower.bell);
  // @ts-expect-error: other calls
  connect(louderRinger.memory, tower.bell);

  assertEquals(elaborationOf(sim), [
    "louder_ringer.bell is connected to tower.bell, a target of protocol Bell: it takes a target of protocol LouderBell",
    "louder_ringer.memory is connected to tower.bell, a target of protocol Bell: it takes a target of protocol Memory",
    "ringer.bell is connected to louder.bell, a target of protocol LouderBell: it takes a target of protocol Bell",
  ]);
});

Deno.test("connect to a target that lacks a call is an elaboration error", () => {
  const sim = new Simulation();
  class Mute extends Component {
    readonly bell: Target<Bell> = this.target("bell", Bell, {} as Bell);
  }
  const ringer = new Ringer(sim, "ringer");
  connect(ringer.bell, new Mute(sim, "mute").bell);
  assertEquals(elaborationOf(sim), ["ringer.bell is connected to mute.bell, which does not answer ring of Bell"]);
});

Deno.test("connect to nothing is an elaboration error", () => {
  const sim = new Simulation();
  const ringer = new Ringer(sim, "ringer");
  connect(ringer.bell, undefined as unknown as Target<Bell>);
  assertEquals(elaborationOf(sim), [
    "ringer.bell is connected to undefined, which is no port: it takes a target of protocol Bell",
  ]);
});

Deno.test("InitiatorPort refuses calls as long as nothing is connected", () => {
  const ringer = new Ringer(new Simulation(), "ringer");
  assertThrows(
    () => ringer.bell.ring(1),
    SimulationError,
    "Cannot call ring through port ringer.bell: it is not connected; it takes a target of protocol Bell, which " +
      "connect(port, target) gives it",
  );
});

Deno.test("Plug refuses use as long as nothing is connected", () => {
  const plug = new Plug<Line>("cpu.interrupt", "a line", (peer) => peer instanceof Line);
  assertThrows(
    () => plug.to,
    SimulationError,
    "Cannot use port cpu.interrupt: it is not connected; it takes a line, which connect(port, peer) gives it",
  );
});

Deno.test("Plug that is open is told what fits it", () => {
  class Timer extends Component {
    readonly tick = this.line("tick");
    readonly laps = this.fifo<number>("laps", 2);
  }
  const sim = new Simulation();
  new Listener(sim, "listener");
  new Timer(sim, "timer");
  assertEquals(elaborationOf(sim), [
    "listener.interrupt is not connected: it takes a line, and no connect() names it; there is timer.tick",
    "listener.words is not connected: it takes a fifo, and no connect() names it; there is timer.laps",
  ]);
});

Deno.test("Protocol refuses calls that are named as a port's own members", () => {
  interface Book {
    bind(): void;
  }
  assertThrows(
    () => new Protocol<Book>("Book", ["bind"]),
    SimulationError,
    "Cannot make protocol Book with a call named bind: a port has a member of that name itself; choose another than",
  );
});

Deno.test("Protocol lists only calls that its interface has", () => {
  // @ts-expect-error: a bell has no such call
  assertEquals(new Protocol<Bell>("Bell", ["shout"]).methods.length, 1);
});

interface PatientBell {
  ring(times: number): void;
  /** Rings later, if it can. */
  later?(times: number): boolean;
}
const PatientBell: Protocol<PatientBell> = new Protocol<PatientBell>("PatientBell", ["ring", "later"], {
  later: () => false,
});

Deno.test("Protocol's optional calls are answered for targets that leave them out, by targets that do not", () => {
  class Steeple extends Component {
    readonly bell = this.target("bell", PatientBell, { ring: () => {} });
    readonly patient = this.target("patient", PatientBell, { ring: () => {}, later: (times) => times > 2 });
  }
  class Sexton extends Component {
    readonly one = this.initiator("one", PatientBell);
    readonly other = this.initiator("other", PatientBell);
  }
  const sim = new Simulation();
  const steeple = new Steeple(sim, "steeple"), sexton = new Sexton(sim, "sexton");
  connect(sexton.one, steeple.bell);
  connect(sexton.other, steeple.patient);
  assertEquals(elaborationOf(sim), []);
  assertEquals([sexton.one.later!(3), sexton.other.later!(3), sexton.other.later!(1)], [false, true, false]);
});
