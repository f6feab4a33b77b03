/** A set of whole numbers, kept as disjoint ranges in ascending order: as large as it has holes, not members. */
export class Ranges {
  #ranges: (readonly [first: number, last: number])[] = [];

  add(first: number, last: number): void {
    if (first > last) return;
    const before = this.#ranges.filter((range) => range[1] < first - 1);
    const after = this.#ranges.filter((range) => range[0] > last + 1);
    const touched = this.#ranges.slice(before.length, this.#ranges.length - after.length);
    const merged = [
      Math.min(first, touched[0]?.[0] ?? first),
      Math.max(last, touched.at(-1)?.[1] ?? last),
    ] as const;
    this.#ranges = [...before, merged, ...after];
  }

  remove(member: number): void {
    this.#ranges = this.#ranges.flatMap(([first, last]) =>
      member < first || member > last
        ? [[first, last] as const]
        : [[first, member - 1] as const, [member + 1, last] as const].filter(([from, to]) => from <= to),
    );
  }

  has(member: number): boolean {
    return this.#ranges.some(([first, last]) => first <= member && member <= last);
  }

  /** How many members lie in `first` to `last`. */
  countIn(first: number, last: number): number {
    return this.#ranges.reduce(
      (sum, [from, to]) => sum + Math.max(0, Math.min(to, last) - Math.max(from, first) + 1),
      0,
    );
  }
}
