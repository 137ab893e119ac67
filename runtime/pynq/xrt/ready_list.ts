/**
 * Commands that could go to the card, in the order in which they were submitted.
 * @module
 */
import { Ring } from "../../../hw/pcie/ring.ts";
import type { Command } from "./kds.ts";

/** A queue that is ordered by the commands' numbers; what becomes ready late goes before those submitted after it. */
export class ReadyList {
  private readonly list = new Ring<Command>();

  /** Commands in it. */
  get length(): number {
    return this.list.length;
  }

  /** Adds a command, at its place. */
  add(command: Command): void {
    const { list } = this;
    list.push(command);
    for (let place = list.length - 1; place > 0 && list.at(place - 1)!.sequence > command.sequence; place--) {
      list.swap(place);
    }
  }

  /** The first one, which leaves, or null. */
  take(): Command | null {
    return this.list.shift() ?? null;
  }

  /** The first one of which `fits` is true, which leaves, or null. */
  takeFirst(fits: (command: Command) => boolean): Command | null {
    const { list } = this;
    for (let place = 0; place < list.length; place++) {
      if (!fits(list.at(place)!)) continue;
      for (; place > 0; place--) list.swap(place);
      return this.take();
    }
    return null;
  }
}
