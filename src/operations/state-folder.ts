import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { lock as lockFolder } from 'proper-lockfile';
import { writeAtomically } from '../base/atomic-file.js';
import { Deadline, sleep } from '../base/deadline.js';
import { RclusterError, systemCodeOf } from '../base/errors.js';
import type { Emit } from '../base/events.js';
import { processIsAlive } from '../base/process-is-alive.js';
import { clusterFolder, homeFolder } from '../config/home.js';
import { claimCluster } from './claim.js';

/** A lock whose holder has not been heard of for this long is free: its holder was killed. */
const STALE_MS = 5_000;
/** The same where the holder's process is seen to be gone; the lock's heartbeat comes twice as often. */
const ABANDONED_MS = 2_000;
const HEARTBEAT_MS = 1_000;
const RETRY_MS = 100;

const WAIT_MS = 60_000;

export interface LockOptions {
  /** How long to wait for another command to finish, in milliseconds; default one minute. */
  readonly waitMs?: number;
  readonly emit: Emit;
  readonly signal: AbortSignal | undefined;
}

/** Whose locks the work in hand holds. */
const held = new AsyncLocalStorage<ReadonlySet<string>>();

/**
 * Runs `work` while no other command changes the same cluster, whoever runs it. The lock dies with its holder. Work that holds
 * it already, such as a drill that rebalances, goes on with it.
 *
 * @throws LOCKED when another command holds it for longer than `waitMs`
 */
export async function withClusterLock<Result>(
  cluster: string,
  options: LockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const others = held.getStore() ?? new Set();
  if (others.has(cluster)) return work();
  const release = await untilOurs(cluster, options, async () => {
    const claimed = await claimCluster(cluster);
    if (!claimed.isOurs) return claimed.holder;
    try {
      const unlock = await tryLock(cluster);
      if (unlock !== undefined) return async () => unlock().finally(() => claimed.release());
    } catch (error) {
      claimed.release();
      throw error;
    }
    claimed.release();
    return holderOf(cluster);
  });
  try {
    await writeFile(holderPath(cluster), `pid ${process.pid}`, { mode: 0o600 }).catch(() => undefined);
    return await held.run(new Set([...others, cluster]), work);
  } finally {
    await rm(holderPath(cluster), { force: true });
    await release();
  }
}

type Release = () => Promise<void>;

/** @param attempt gives what releases the lock, or says who holds it */
async function untilOurs(
  cluster: string,
  { waitMs = WAIT_MS, emit, signal }: LockOptions,
  attempt: () => Promise<Release | string>,
): Promise<Release> {
  const deadline = Deadline.after(waitMs, signal);
  for (let isFirst = true; ; isFirst = false) {
    const outcome = await attempt();
    if (typeof outcome !== 'string') return outcome;
    if (deadline.expired) {
      throw new RclusterError(
        'LOCKED',
        `another rcluster has been at work on "${cluster}" for ${waitMs / 1000} s`,
        { details: [outcome], hint: 'wait for it, or end it; its lock goes with it' },
      );
    }
    if (isFirst) emit({ type: 'notice', text: `waiting: ${outcome} is at work on "${cluster}"` });
    await sleep(RETRY_MS, signal);
  }
}

/** @returns undefined when another command of this user's has it */
async function tryLock(cluster: string): Promise<Release | undefined> {
  try {
    await ensureFolder(join(homeFolder(), 'clusters'));
    return await lockFolder(lockPath(cluster), {
      // The folder that is locked need not exist: a lock alone must not leave a cluster's folder behind.
      realpath: false,
      lockfilePath: lockPath(cluster),
      stale: (await holderIsGone(cluster)) ? ABANDONED_MS : STALE_MS,
      update: HEARTBEAT_MS,
      onCompromised: () => undefined,
    });
  } catch (error) {
    const code = systemCodeOf(error);
    if (code !== 'ELOCKED' && code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** Beside the cluster's folder, so that removing the folder does not remove the lock under its holder. */
const lockPath = (cluster: string) => join(homeFolder(), 'clusters', `${cluster}.lock`);
/** Not inside the lock, whose modification time is its heartbeat. */
const holderPath = (cluster: string) => join(homeFolder(), 'clusters', `${cluster}.holder`);

/** Only a hint, since the pid may be another process' by now: then the lock goes stale a little later. */
async function holderIsGone(cluster: string): Promise<boolean> {
  const pid = Number(/\d+/.exec(await holderOf(cluster))?.[0] ?? 0);
  if (pid === 0) return false;
  return !processIsAlive(pid);
}

async function holderOf(cluster: string): Promise<string> {
  return readFile(holderPath(cluster), 'utf8').catch(() => 'another rcluster');
}

async function ensureFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'ENOSPC')
      throw new RclusterError('DISK_FULL', `no space left in ${homeFolder()}`, { cause: error });
    if (code === 'EACCES' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EPERM') {
      throw new RclusterError(
        'CONFIG_INVALID',
        `the state folder ${homeFolder()} cannot be written: ${code}`,
        {
          hint: 'set RCLUSTER_HOME to a folder that can',
          cause: error,
        },
      );
    }
    throw error;
  }
}

/** Keeps a file in the cluster's folder. Readers never see half of it, and a crash leaves the old one. */
export async function keepFile(cluster: string, name: string, text: string): Promise<string> {
  const path = join(clusterFolder(cluster), name);
  await writeStateFile(path, text);
  return path;
}

/** Writes a file somewhere in the state folder, in the same way. */
export async function writeStateFile(path: string, text: string): Promise<void> {
  await ensureFolder(dirname(path));
  await writeAtomically(path, text);
}

export async function removeStateFolder(cluster: string): Promise<void> {
  await rm(clusterFolder(cluster), { recursive: true, force: true });
}
