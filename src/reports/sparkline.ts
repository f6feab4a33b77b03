import type { Range, SeriesPoint } from './model.js';

const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** A cell a value, to scale from 0 to the greatest. Only nothing at all gets the lowest mark; what is unknown, a blank. */
export function sparkline(values: readonly (number | null)[]): string {
  const most = values.reduce<number>((greatest, value) => Math.max(greatest, value ?? 0), 0);
  return values
    .map((value) => {
      if (value === null) return ' ';
      if (value <= 0) return LEVELS[0];
      const above = Math.ceil((value / most) * (LEVELS.length - 1));
      return LEVELS[Math.min(LEVELS.length - 1, Math.max(1, above))] ?? ' ';
    })
    .join('');
}

/** Acknowledged requests a second in each of `cells` equal parts of the window; null where no bucket reaches. */
export function resample(
  series: readonly SeriesPoint[],
  [from, to]: Range,
  cells: number,
): (number | null)[] {
  const width = (to - from) / cells;
  return Array.from({ length: cells }, (_, cell) => {
    const [start, end] = [from + cell * width, from + (cell + 1) * width];
    let coveredMs = 0;
    let requests = 0;
    for (const { atMs, bucketMs, ok } of series) {
      const sharedMs = Math.min(end, atMs + bucketMs) - Math.max(start, atMs);
      if (sharedMs <= 0) continue;
      coveredMs += sharedMs;
      requests += (ok * sharedMs) / bucketMs;
    }
    return coveredMs === 0 ? null : (requests * 1000) / coveredMs;
  });
}
