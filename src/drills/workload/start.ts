import { randomBytes } from 'node:crypto';
import { all } from '../../base/concurrency.js';
import type { Deadline } from '../../base/deadline.js';
import { RclusterError } from '../../base/errors.js';
import { withTimeLimit } from '../../base/race.js';
import { countSlots } from '../../cluster/slots.js';
import { profileNamed, settingsOf } from '../../redis/profiles.js';
import type { Phase, ProfileOutcome } from '../../reports/model.js';
import { adviceFor } from './advice.js';
import { LoadThread, untilReady } from './load-thread.js';
import { outcomeOf } from './outcome.js';
import type { Glimpse, Workload, WorkloadOptions } from './workload.js';

/** The load begins so long after every thread is ready, so that all begin at the same moment. */
const START_IN_MS = 20;
/** Draining and reading back have limits of their own, which come first. */
const FINISH_MS = 30_000;
const ABANDON_MS = 2_000;

/**
 * Starts the load, and resolves as soon as the clients of every profile have reached every shard.
 *
 * `keys` and `rate` are those of all profiles together. A profile's keys are its own, and one in ten is a counter.
 *
 * @param deadline for the start
 * @throws CONFIG_INVALID for an unknown profile or settings without a write; TIMEOUT, INTERRUPTED
 */
export async function startWorkload(options: WorkloadOptions, deadline: Deadline): Promise<Workload> {
  requireWrites(options);
  const shards = options.shards.filter(({ slots }) => countSlots(slots) > 0);
  const profiles = options.profiles.map(profileNamed);
  const run = randomBytes(4).toString('hex');
  const threads = profiles.map(
    ({ name }) =>
      new LoadThread({ ...options, shards, profile: name, prefix: `rcluster:load:${run}:${name}` }),
  );
  try {
    await untilReady(threads, deadline);
  } catch (error) {
    await all(threads, (thread) => thread.end());
    throw error;
  }
  const at = performance.timeOrigin + performance.now() + START_IN_MS;
  for (const thread of threads) thread.tell({ type: 'start', at });
  return new RunningWorkload({ ...options, shards }, threads);
}

function requireWrites({ rate, readRatio, clients, keys, profiles, shards }: WorkloadOptions): void {
  const problems = [
    rate > 0 ? [] : ['rate: must be positive'],
    // Outages are found by writes.
    readRatio >= 0 && readRatio < 1 ? [] : ['readRatio: must be from 0 to below 1'],
    clients >= 1 ? [] : ['clients: at least 1'],
    keys >= 1 ? [] : ['keys: at least 1'],
    profiles.length > 0 ? [] : ['profiles: at least one'],
    shards.some(({ slots }) => countSlots(slots) > 0) ? [] : ['shards: none has slots'],
  ].flat();
  if (problems.length === 0) return;
  throw new RclusterError('CONFIG_INVALID', 'such a load cannot be', { details: problems });
}

class RunningWorkload implements Workload {
  constructor(
    private readonly options: WorkloadOptions,
    private readonly threads: readonly LoadThread[],
  ) {}

  get glimpse(): Glimpse {
    const beats = this.threads.map(({ beat }) => beat);
    const p99s = beats.flatMap(({ p99Ms }) => (p99Ms === null ? [] : [p99Ms]));
    return {
      opsPerSecond: beats.reduce((sum, { ok }) => sum + ok, 0),
      errorsPerSecond: beats.reduce((sum, { errors }) => sum + errors, 0),
      p99Ms: p99s.length === 0 ? null : Math.max(...p99s),
      writable: new Map(
        this.options.shards.map(({ master }, shard) => [
          master,
          beats.every(({ writable }) => writable[shard] === true),
        ]),
      ),
    };
  }

  enter(phase: Phase): void {
    for (const thread of this.threads) thread.tell({ type: 'enter', phase });
  }

  async firstWrite(master: string, profile: string, since: number, signal: AbortSignal): Promise<number> {
    const shard = this.options.shards.findIndex((other) => other.master === master);
    const thread = this.threads.find((other) => other.profile === profile);
    if (shard === -1 || thread === undefined) {
      throw new RclusterError('INTERNAL', `the load has no shard of ${master} with the ${profile} client`);
    }
    return thread.firstWrite(shard, since, signal);
  }

  async finish(injectedAt: number): Promise<readonly ProfileOutcome[]> {
    const masters = this.options.shards.map(({ master }) => master);
    try {
      const seen = await withTimeLimit(
        all(this.threads, (thread) => thread.finish(injectedAt)),
        FINISH_MS,
      );
      const outcomes = this.options.profiles.map((name, index) => {
        const own = seen[index];
        if (own === undefined) throw new RclusterError('INTERNAL', `no outcome of the ${name} client`);
        return outcomeOf({ name, settings: settingsOf(profileNamed(name)) }, own, masters, injectedAt);
      });
      return outcomes.map((outcome) => ({
        ...outcome,
        advice: adviceFor(outcome, outcomes, this.options.waitReplicas),
      }));
    } finally {
      await this.#end();
    }
  }

  async abandon(): Promise<void> {
    const gone = all(this.threads, (thread) => thread.abandon());
    await withTimeLimit(gone, ABANDON_MS).catch(() => undefined);
    await this.#end();
  }

  async #end(): Promise<void> {
    await all(this.threads, (thread) => thread.end());
  }
}
