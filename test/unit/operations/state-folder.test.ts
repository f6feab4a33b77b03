import { access, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { deferred } from '../../../src/base/deferred.js';
import type { ProgressEvent } from '../../../src/base/events.js';
import { keepFile, removeStateFolder, withClusterLock } from '../../../src/operations/state-folder.js';
import { rejectionOf } from '../helpers/errors.js';
import { temporaryFolder } from '../helpers/temp-folder.js';

let home: string;
beforeEach(async () => {
  home = await temporaryFolder();
  vi.stubEnv('RCLUSTER_HOME', home);
});

interface Options {
  readonly waitMs?: number;
  readonly events?: ProgressEvent[];
  readonly signal?: AbortSignal;
}

function locked<Result>(
  work: () => Promise<Result>,
  { waitMs = 10_000, events = [], signal }: Options = {},
  cluster = 'big',
): Promise<Result> {
  return withClusterLock(cluster, { waitMs, emit: (event) => events.push(event), signal }, work);
}

/** Holds the lock until `release` is called. */
async function holder(): Promise<() => Promise<void>> {
  const [started, end] = [deferred<undefined>(), deferred<undefined>()];
  const held = locked(() => {
    started.resolve(undefined);
    return end.promise;
  });
  await started.promise;
  return async () => {
    end.resolve(undefined);
    await held;
  };
}

describe('the lock of a cluster', () => {
  test('hands on what the work answers', async () => {
    expect(await locked(() => Promise.resolve(7))).toBe(7);
  });

  test('hands on what the work throws, and is free again', async () => {
    await expect(locked(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await locked(() => Promise.resolve(7), { waitMs: 0 })).toBe(7);
  });

  test('is held already by work within the work, and freed at the end of the whole', async () => {
    const inner = () => locked(() => Promise.resolve(7), { waitMs: 0 });
    const other = () => locked(() => Promise.resolve(1), { waitMs: 0 }, 'other');
    expect(await locked(() => Promise.all([inner(), inner(), other()]))).toEqual([7, 7, 1]);
    expect(await inner()).toBe(7);
  });

  test('of the work is not that of work beside it', async () => {
    const release = await holder();
    expect((await rejectionOf(locked(() => Promise.resolve(7), { waitMs: 0 }))).code).toBe('LOCKED');
    await release();
  });

  test('makes a second command wait, and say for whom', async () => {
    const release = await holder();
    const events: ProgressEvent[] = [];
    let isReleased = false;
    const second = locked(() => Promise.resolve(isReleased), { events });
    await vi.waitUntil(() => events.length > 0);
    isReleased = true;
    await release();
    expect(await second).toBe(true);
    expect(events).toEqual([{ type: 'notice', text: `waiting: pid ${process.pid} is at work on "big"` }]);
  });

  test('is LOCKED when that takes too long', async () => {
    const release = await holder();
    expect(await rejectionOf(locked(() => Promise.resolve(), { waitMs: 50 }))).toMatchObject({
      code: 'LOCKED',
      details: [`pid ${process.pid}`],
    });
    await release();
  });

  test('lets a waiting command be interrupted', async () => {
    const release = await holder();
    const stop = new AbortController();
    const waiting = locked(() => Promise.resolve(), { signal: stop.signal });
    setTimeout(() => stop.abort(), 20);
    expect((await rejectionOf(waiting)).code).toBe('INTERRUPTED');
    await release();
  });

  test('does not concern another cluster', async () => {
    const release = await holder();
    expect(await locked(() => Promise.resolve(7), { waitMs: 0 }, 'small')).toBe(7);
    await release();
  });

  test('leaves no folder of a cluster behind', async () => {
    await locked(() => Promise.resolve());
    await expect(access(join(home, 'clusters', 'big'))).rejects.toThrow('ENOENT');
  });

  test('says what to do when the state folder cannot be written', async () => {
    const file = join(home, 'a-file');
    await writeFile(file, '');
    vi.stubEnv('RCLUSTER_HOME', file);
    expect(await rejectionOf(locked(() => Promise.resolve()))).toMatchObject({
      code: 'CONFIG_INVALID',
      hint: 'set RCLUSTER_HOME to a folder that can',
    });
  });
});

describe('a kept file', () => {
  test('is in the folder of the cluster, for its owner alone', async () => {
    const path = await keepFile('big', 'compose.yaml', 'text');
    expect(path).toBe(join(home, 'clusters', 'big', 'compose.yaml'));
    expect(await readFile(path, 'utf8')).toBe('text');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('is removed with the folder', async () => {
    const path = await keepFile('big', 'compose.yaml', 'text');
    await removeStateFolder('big');
    await expect(access(path)).rejects.toThrow('ENOENT');
  });

  test('need not be there to be removed', async () => {
    await expect(removeStateFolder('big')).resolves.toBeUndefined();
  });
});
