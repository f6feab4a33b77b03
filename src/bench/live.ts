import type { Emit } from '../base/events.js';
import type { BenchLoad } from '../reports/bench/model.js';
import type { Recent } from './load/tally.js';

const SPAN_MS = 1_000;

/** Tells how a run is getting on: what was done of all there is to do, and the figures of the last second. */
export class LiveFigures {
  readonly #startedAt = performance.now();
  #beats: (Recent & { readonly at: number })[] = [];
  #done = 0;
  #failed = 0;

  constructor(
    private readonly text: string,
    private readonly load: Pick<BenchLoad, 'ops' | 'durationMs'>,
    private readonly emit: Emit,
  ) {}

  /** @param recent what one thread has seen since its last beat */
  show(recent: Recent): void {
    const at = performance.now();
    this.#done += recent.ok + recent.failed;
    this.#failed += recent.failed;
    this.#beats = [...this.#beats.filter((beat) => at - beat.at < SPAN_MS), { ...recent, at }];
    const { ops, durationMs } = this.load;
    const elapsedMs = at - this.#startedAt;
    const spanMs = Math.min(SPAN_MS, Math.max(1, elapsedMs));
    const rate = (this.#beats.reduce((sum, { ok }) => sum + ok, 0) * 1000) / spanMs;
    const p99 = Math.max(...this.#beats.map(({ p99Ms }) => p99Ms ?? 0));
    this.emit({
      type: 'progress',
      text: this.text,
      ...(ops === null
        ? {
            done: Math.min(elapsedMs, durationMs ?? 0) / 1000,
            total: (durationMs ?? 0) / 1000,
            unit: 'seconds',
          }
        : { done: Math.min(this.#done, ops), total: ops, unit: 'requests' }),
      figures: { opsPerSecond: rate, p99Ms: p99, errors: this.#failed },
    });
  }
}
