/**
 * A queue in one array that is used again and again.
 * @module
 */

/** First in, first out; holds no object longer than it has to, and allocates only when it grows. */
export class Ring<T> {
  private places: (T | undefined)[] = new Array(16).fill(undefined);
  private head = 0;
  private count = 0;

  /** Items in it. */
  get length(): number {
    return this.count;
  }

  /** The item at a place, from 0 on; undefined past the end. */
  at(place: number): T | undefined {
    return place < this.count ? this.places[(this.head + place) & (this.places.length - 1)] : undefined;
  }

  /** Adds an item at the end. */
  push(item: T): void {
    const { places } = this;
    if (this.count === places.length) {
      this.places = [...places.slice(this.head), ...places.slice(0, this.head), ...new Array(places.length)];
      this.head = 0;
    }
    this.places[(this.head + this.count++) & (this.places.length - 1)] = item;
  }

  /** Takes the first item out; undefined if there is none. */
  shift(): T | undefined {
    if (this.count === 0) return undefined;
    const { places, head } = this;
    const item = places[head];
    places[head] = undefined;
    this.head = (head + 1) & (places.length - 1);
    this.count--;
    return item;
  }

  /** Exchanges an item with the one before it. */
  swap(place: number): void {
    const { places, head } = this;
    const mask = places.length - 1;
    const first = (head + place - 1) & mask, second = (head + place) & mask;
    const item = places[first];
    places[first] = places[second];
    places[second] = item;
  }
}
