import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A number from 0 to below 1. */
export type Random = () => number;

/** Chance that can be had again, from a seed. */
export function randomFrom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  return () => (generator.next() >>> 0) / 2 ** 32;
}

/** Which key is next; undefined when there is none. */
export type Draw = () => number | undefined;

export function uniform(size: number, random: Random): Draw {
  return () => Math.floor(random() * size);
}

/** One after the other, from `first` in steps of `step`, each once. */
export function sequential(size: number, first: number, step: number): Draw {
  let next = first;
  return () => {
    if (next >= size) return undefined;
    const number = next;
    next += step;
    return number;
  };
}

/** `times` keys by chance of one group of neighbours, then as many of the next group, round and round. */
export function grouped(size: number, groupSize: number, times: number, random: Random): Draw {
  const groups = Math.ceil(size / groupSize);
  // Threads begin apart from each other.
  let group = Math.floor(random() * groups);
  let left = times;
  return () => {
    if (left === 0) {
      group = (group + 1) % groups;
      left = times;
    }
    left -= 1;
    const first = group * groupSize;
    return first + Math.floor(random() * Math.min(groupSize, size - first));
  };
}

/** Of YCSB, which most figures of skewed loads are of. */
const EXPONENT = 0.99;

/**
 * Zipf's law: key 0 is asked for most, key `n` in proportion to 1 / (n + 1) ** 0.99. By rejection-inversion (Hoermann and
 * Derflinger 1996), which needs no table and so takes the same time for any size. Which shard has the hot keys is left to
 * their names, as it is for an application.
 */
export function zipf(size: number, random: Random): Draw {
  const power = 1 - EXPONENT;
  const integral = (x: number) => (x ** power - 1) / power;
  const inverse = (y: number) => (1 + y * power) ** (1 / power);
  const density = (x: number) => x ** -EXPONENT;
  const low = integral(1.5) - 1;
  const high = integral(size + 0.5);
  const shortcut = 2 - inverse(integral(2.5) - density(2));
  return () => {
    for (;;) {
      const y = high + random() * (low - high);
      const x = inverse(y);
      const rank = Math.min(size, Math.max(1, Math.round(x)));
      if (rank - x <= shortcut || y >= integral(rank + 0.5) - density(rank)) return rank - 1;
    }
  };
}
