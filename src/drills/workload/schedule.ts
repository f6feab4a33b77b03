import type { LoadSettings } from '../../reports/model.js';

/** Every shard is probed with a write by each profile at least this often. */
export const PROBE_EVERY_MS = 5;

/** Least lifetime of a key, so that an interrupted workload leaves nothing for long. */
const LEAST_LIFETIME_S = 600;
const CYCLES_TO_LIVE = 3;

export interface LoadShape extends Pick<LoadSettings, 'rate' | 'readRatio'> {
  readonly shards: number;
  readonly profiles: number;
}

/** Requests of one kind to one shard, due at a fixed rate whatever the earlier ones take. */
export interface Stream {
  readonly shard: number;
  readonly isRead: boolean;
  /** Milliseconds between two requests. */
  readonly periodMs: number;
  /** When the first is due, counted from the start. */
  readonly offsetMs: number;
}

/**
 * What the clients of one profile send: to each shard a stream of writes and one of reads, out of step with each other and
 * with those of the other profiles, so that requests are spread evenly over time.
 *
 * @param profile counts from 0
 */
export function streamsOf(shape: LoadShape, profile: number): Stream[] {
  const { shards, profiles } = shape;
  return [false, true].flatMap((isRead) => {
    const periodMs = periodOf(shape, isRead);
    if (periodMs === Infinity) return [];
    return Array.from({ length: shards }, (_, shard) => ({
      shard,
      isRead,
      periodMs,
      offsetMs: (periodMs * (shard * profiles + profile + (isRead ? 0.5 : 0))) / (shards * profiles),
    }));
  });
}

/** Milliseconds between two writes to one shard by the clients of one profile. */
export function writeBeatMs(shape: LoadShape): number {
  return periodOf(shape, false);
}

/** The requests a second that it takes to probe every shard often enough: 1500 for 3 shards, 2 profiles, a fifth reads. */
export function rateForProbes({ shards, profiles, readRatio }: Omit<LoadShape, 'rate'>): number {
  return Math.ceil((shards * profiles * 1000) / (PROBE_EVERY_MS * (1 - readRatio)));
}

/**
 * How long a key lives after each write to it, in seconds: three times as long as it takes to get round to it again, or
 * it would expire in the course of things and count as lost.
 *
 * @param keys of one profile
 */
export function lifetimeSeconds(shape: LoadShape, keys: number): number {
  const cycleMs = (keys / shape.shards) * writeBeatMs(shape);
  return Math.max(LEAST_LIFETIME_S, Math.ceil((CYCLES_TO_LIVE * cycleMs) / 1000));
}

function periodOf({ rate, readRatio, shards, profiles }: LoadShape, isRead: boolean): number {
  return (shards * profiles * 1000) / (rate * (isRead ? readRatio : 1 - readRatio));
}
