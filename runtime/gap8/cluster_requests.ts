/**
 * What the cluster asks the fabric controller to do for it.
 * @module
 */
import { Gap8Address } from "../../hw/platforms/gap8.ts";
import { EventUnitOffset } from "../../hw/pulp/event_unit.ts";
import { type Process, SimulationError } from "../../sim/mod.ts";
import { costOf } from "./costs.ts";
import { RtEvent } from "./events.ts";
import type { AllocKind } from "./allocator.ts";
import type { FcRuntime } from "./fc.ts";
import { SoftwareEvent } from "./layout.ts";
import { waitForEvents } from "./notifications.ts";
import type { PeRuntime } from "./pe.ts";

/** Memory that a core of the cluster wants, or gives back (rt_alloc_req_t, rt_free_req_t). */
export class MemoryRequest {
  /** Address of its words on the stack of the core that made it, 0 while it is not under way. */
  address = 0;
}

/** Words of a request as it lies in memory; its event follows. */
const Word = { result: 0, size: 4, chunk: 8, done: 12 } as const;
/** Four words, and an event. Source: rt_alloc_req_t of SDK 1.0, whose event has nine words. */
export const REQUEST_BYTES = 16 + 36;
/** Words of an event that its initialisation writes. */
const EVENT_WORDS = 4;

/** What the fabric controller is to do. */
type Work = (rt: FcRuntime, request: number) => Process;

/** Asks for `size` bytes. */
export function* requestAllocation(rt: PeRuntime, kind: AllocKind, size: number, request: MemoryRequest): Process {
  yield* send(rt, request, { size, chunk: 0 }, function* allocForCluster(fc, at) {
    const wanted = yield* fc.core.read(at + Word.size);
    yield* fc.core.store(at + Word.result, yield* fc.alloc(kind, wanted));
    yield* finish(fc, at);
  });
}

/** Gives `size` bytes at `chunk` back. */
export function* requestFree(
  rt: PeRuntime,
  kind: AllocKind,
  chunk: number,
  size: number,
  request: MemoryRequest,
): Process {
  yield* send(rt, request, { size, chunk }, function* freeForCluster(fc, at) {
    const bytes = yield* fc.core.read(at + Word.size);
    yield* fc.dealloc(kind, yield* fc.core.read(at + Word.chunk), bytes);
    yield* finish(fc, at);
  });
}

/** Waits, asleep, until a request is done; gives its result. */
export function* waitForRequest(rt: PeRuntime, request: MemoryRequest): Process<number> {
  const { address } = request;
  if (address === 0) {
    throw new SimulationError(
      `Cannot wait for a memory request on ${rt.core.where()}: none is under way; allocCluster or freeCluster comes first, ` +
        "and one wait for each",
    );
  }
  while (rt.core.branchIf((yield* rt.core.read(address + Word.done)) === 0)) {
    yield* waitForEvents(rt.core, 1 << SoftwareEvent.clusterCall);
  }
  const result = yield* rt.core.read(address + Word.result);
  request.address = 0;
  rt.popFrame(REQUEST_BYTES);
  return result;
}

function* send(
  rt: PeRuntime,
  request: MemoryRequest,
  { size, chunk }: { readonly size: number; readonly chunk: number },
  work: Work,
): Process {
  const { core, system } = rt;
  if (request.address !== 0) {
    throw new SimulationError(
      `Cannot use a memory request on ${core.where()}: it is under way; wait for it, or use one for each`,
    );
  }
  const at = request.address = rt.pushFrame(REQUEST_BYTES);
  core.alu(costOf("clusterRequest"));
  yield* core.store(at + Word.size, size);
  yield* core.store(at + Word.chunk, chunk);
  yield* core.store(at + Word.done, 0);
  for (let word = 0; word < EVENT_WORDS; word++) yield* core.store(at + Word.done + 4 + 4 * word, 0);
  const event = new RtEvent(at, false);
  event.callback = work;
  event.arg = at;
  event.scheduler = system.clusterScheduler;
  system.requests.set(at, event);
  yield* rt.postToFc(at);
}

function* finish(fc: FcRuntime, at: number): Process {
  yield* fc.core.store(at + Word.done, 1);
  yield* fc.core.store(
    Gap8Address.clusterEventUnit + EventUnitOffset.softwareEvent + 4 * SoftwareEvent.clusterCall,
    0,
  );
}
