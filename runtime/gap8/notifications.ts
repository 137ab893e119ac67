/**
 * Notifications: how the fabric controller wakes cores of the cluster.
 * @module
 */
import { Gap8Address } from "../../hw/platforms/gap8.ts";
import { EventUnitOffset } from "../../hw/pulp/event_unit.ts";
import type { FirmwareCore } from "../../hw/riscv/firmware_core.ts";
import { type Process, SimulationError } from "../../sim/mod.ts";
import { costOf } from "./costs.ts";
import { SoftwareEvent } from "./layout.ts";

/** Something that the fabric controller can trigger (rt_notif_t). */
export class Notification {
  /** The register that triggers it, 0 before `clusterNotifInit`. */
  trigger = 0;
  /** Its event, as a mask. */
  event = 0;
}

const EVENTS = Gap8Address.clusterEventUnitDemux;

/** Gives a notification its event and the register that triggers it. */
export function initNotification(core: FirmwareCore, notification: Notification): void {
  core.alu(costOf("notifInit"));
  notification.event = 1 << SoftwareEvent.clusterTrigger;
  notification.trigger = Gap8Address.clusterEventUnit + EventUnitOffset.softwareEvent +
    4 * SoftwareEvent.clusterTrigger;
}

/** Triggers a notification for a mask of cores; 0 means all. */
export function* triggerNotification(core: FirmwareCore, notification: Notification, cores: number): Process {
  if (notification.trigger === 0) throw uninitialised("trigger", core);
  yield* core.store(notification.trigger, cores);
}

/** The event to wait for. */
export function eventOf(core: FirmwareCore, notification: Notification): number {
  if (notification.event === 0) throw uninitialised("wait for", core);
  core.alu(1);
  return notification.event;
}

/** Waits, asleep, for one of a mask of events, and clears them; the core's mask is as before afterwards. */
export function* waitForEvents(core: FirmwareCore, events: number): Process {
  yield* core.store(EVENTS + EventUnitOffset.maskOr, events);
  yield* core.elw(EVENTS + EventUnitOffset.waitClear);
  yield* core.store(EVENTS + EventUnitOffset.maskAnd, events);
}

function uninitialised(verb: string, core: FirmwareCore): SimulationError {
  return new SimulationError(
    `Cannot ${verb} a notification on ${core.where()}: it has no event; clusterNotifInit comes first, on the fabric controller`,
  );
}
