/** A queue of at most as many items as it began with, without shifting any of them. */
export class Ring<Item> {
  readonly #items: (Item | undefined)[];
  #first = 0;
  #count: number;

  constructor(items: readonly Item[]) {
    this.#items = [...items];
    this.#count = items.length;
  }

  take(): Item | undefined {
    if (this.#count === 0) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first] = undefined;
    this.#first = (this.#first + 1) % this.#items.length;
    this.#count -= 1;
    return item;
  }

  put(item: Item): void {
    if (this.#count === this.#items.length) throw new RangeError('the ring is full');
    this.#items[(this.#first + this.#count) % this.#items.length] = item;
    this.#count += 1;
  }
}
