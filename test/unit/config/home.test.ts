import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { cacheFolder, clusterFolder, homeFolder, packageFile } from '../../../src/config/home.js';

describe('homeFolder', () => {
  test.each([
    [{ RCLUSTER_HOME: '/r', XDG_STATE_HOME: '/x' }, '/r'],
    [{ XDG_STATE_HOME: '/x' }, '/x/rcluster'],
    [{ RCLUSTER_HOME: '', XDG_STATE_HOME: '/x' }, '/x/rcluster'],
    [{}, join(homedir(), '.local/state/rcluster')],
    // "If $XDG_STATE_HOME is either not set or empty" (XDG Base Directory Specification)
    [{ XDG_STATE_HOME: '' }, join(homedir(), '.local/state/rcluster')],
  ])('of %j is %s', (env, folder) => expect(homeFolder(env)).toBe(folder));

  test('holds a folder for each cluster', () => {
    vi.stubEnv('RCLUSTER_HOME', '/r');
    expect(clusterFolder('big')).toBe('/r/clusters/big');
  });
});

describe('cacheFolder', () => {
  test.each([
    [{ XDG_CACHE_HOME: '/x' }, '/x/rcluster'],
    [{}, join(homedir(), '.cache/rcluster')],
    [{ XDG_CACHE_HOME: '' }, join(homedir(), '.cache/rcluster')],
  ])('of %j is %s', (env, folder) => expect(cacheFolder(env)).toBe(folder));
});

test.each([
  ['templates', 'redis.conf'],
  ['templates', 'form-cluster.sh'],
  ['docker', 'server.sh'],
  ['package.json'],
])('packageFile finds %s %s', async (...path) => {
  await expect(access(packageFile(...path))).resolves.toBeUndefined();
});
