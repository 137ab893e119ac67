/**
 * Commands that could go to the card, in the order in which they were submitted.
 * @module
 */
import type { Command } from "./kds.ts";

/** A queue that is ordered by the commands' numbers; what becomes ready late goes before those submitted after it. */
export class ReadyList {
  private list: Command[] = [];
  private head = 0;

  /** Commands in it. */
  get length(): number {
    return this.list.length - this.head;
  }

  /** Adds a command, at its place. */
  add(command: Command): void {
    const { list } = this;
    let place = list.length;
    while (place > this.head && list[place - 1].sequence > command.sequence) place--;
    if (place === list.length) list.push(command);
    else list.splice(place, 0, command);
  }

  /** The first one, which leaves, or null. */
  take(): Command | null {
    const { list } = this;
    if (this.head === list.length) return null;
    const command = list[this.head++];
    if (this.head === list.length) {
      list.length = 0;
      this.head = 0;
    } else if (this.head === 1024) {
      list.splice(0, this.head);
      this.head = 0;
    }
    return command;
  }

  /** All of them now, in order. */
  inOrder(): readonly Command[] {
    return this.list.slice(this.head);
  }

  /** Takes one out. */
  remove(command: Command): void {
    this.list.splice(this.list.indexOf(command, this.head), 1);
  }
}
