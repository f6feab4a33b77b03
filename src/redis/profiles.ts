import type { ClusterOptions } from 'ioredis';
import { RclusterError } from '../base/errors.js';
import { list } from '../base/format.js';
import { FAILOVER_SETTINGS } from './cluster-client.js';

/** How an application sets up its client. */
export interface ClientProfile {
  readonly name: string;
  readonly options: ClusterOptions;
}

/**
 * ioredis as it comes. Neither profile's client ever ends by itself: ioredis' own `clusterRetryStrategy` and ours always
 * name a delay, so after `ClusterAllFailedError` the client connects anew, and only requests fail.
 */
const DEFAULT: ClientProfile = { name: 'default', options: {} };

/**
 * Set up for failovers. A killed node is an error, and short retries bridge the election (shorter ones are dear: whatever
 * waits is sent again in each round, and by the end of an outage that is hundreds of requests); a frozen one is silence, which
 * `socketTimeout` turns into an error for the whole connection, and `commandTimeout` for the request that waits.
 * `slotsRefreshInterval` keeps an ioredis process from ending (see FAILOVER_SETTINGS): whoever uses this profile runs it
 * in a thread that can be terminated.
 */
const TUNED: ClientProfile = {
  name: 'tuned',
  options: {
    slotsRefreshTimeout: 500,
    slotsRefreshInterval: 1_000,
    retryDelayOnFailover: 30,
    retryDelayOnClusterDown: 30,
    retryDelayOnTryAgain: 30,
    maxRedirections: 100,
    clusterRetryStrategy: (attempt: number) => Math.min(30 * attempt, 300),
    redisOptions: { connectTimeout: 500, commandTimeout: 2_000, socketTimeout: 500 },
  },
};

/** For reading back: no request of its may be lost to impatience. */
export const PATIENT_PROFILE: ClientProfile = { name: 'patient', options: FAILOVER_SETTINGS };

const PROFILES: readonly ClientProfile[] = [DEFAULT, TUNED];

/** @throws CONFIG_INVALID with the ones there are */
export function profileNamed(name: string): ClientProfile {
  const profile = PROFILES.find((other) => other.name === name);
  if (profile !== undefined) return profile;
  throw new RclusterError('CONFIG_INVALID', `there is no client profile ${name}`, {
    hint: `there are ${list(PROFILES.map((other) => other.name))}`,
  });
}

/** The settings that differ from ioredis' own, flat and as plain data: a function becomes its text. */
export function settingsOf({ options }: ClientProfile): Readonly<Record<string, unknown>> {
  const { redisOptions, ...own } = options;
  return Object.fromEntries(
    Object.entries({ ...own, ...redisOptions }).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'function' ? String(value) : value,
    ]),
  );
}
