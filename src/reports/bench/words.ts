import { bytes, plural } from '../../base/format.js';
import { count, time } from '../figures.js';
import type { BenchEnvironment, BenchLoad, BenchResult } from './model.js';

/** What the reports of a benchmark say in the same words. */

/** `3 masters and 3 replicas of redis:7 (7.0.15) on docker`. */
export function targetText({ masters, replicas, image, serverVersion, runtime }: BenchEnvironment): string {
  const nodes = [plural(masters, 'master'), ...(replicas > 0 ? [plural(replicas, 'replica')] : [])].join(
    ' and ',
  );
  return `${nodes} of ${image} (${serverVersion}) on ${runtime}`;
}

/** `50 clients in 2 threads, pipelines of 16, values of 100 B, 100,000 keys (uniform), for 10 s`. */
export function loadText(load: BenchLoad): string {
  const { clients, threads, pipeline, keyspace, distribution, hashTags, ops, durationMs, rate } = load;
  return [
    `${plural(clients, 'client')} in ${plural(threads, 'thread')}`,
    pipeline === 1 ? 'no pipeline' : `pipelines of ${pipeline}`,
    `values of ${valueText(load)}`,
    `${count(keyspace)} keys (${distribution}${hashTags ? ', with hash tags' : ''})`,
    rate === null ? 'closed loop' : `open loop at ${count(rate)}/s`,
    ops === null ? `for ${time(durationMs)}` : `${count(ops)} requests`,
  ].join(', ');
}

export function valueText({ valueBytes: [least, most] }: Pick<BenchLoad, 'valueBytes'>): string {
  return least === most ? bytes(least) : `${bytes(least)} to ${bytes(most)}`;
}

/** `set`, `get 80, set 20`. */
export function mixText({ workload, mix }: BenchLoad): string {
  const parts = Object.entries(mix);
  return parts.length < 2
    ? workload
    : `${workload} (${parts.map(([name, weight]) => `${name} ${weight}`).join(', ')})`;
}

/** `3,000,000 requests in 10.0 s, none failed`. */
export function requestsText({ requests, failed, elapsedMs, misses }: BenchResult): string {
  const failures = failed === 0 ? 'none failed' : `${count(failed)} failed`;
  const missing = misses === 0 ? '' : `, ${count(misses)} asked for a key that is not there`;
  return `${count(requests)} requests in ${time(elapsedMs)}, ${failures}${missing}`;
}

/** A share of one, without places behind the point: `97 %`. */
export function share(value: number): string {
  return `${Math.round(value * 100)} %`;
}

/** Where there was but one, nothing is known of the spread. */
export function roundsText(rounds: number): string {
  return rounds === 1 ? 'one round' : `medians of ${rounds} rounds`;
}
