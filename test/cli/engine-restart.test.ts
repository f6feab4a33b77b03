import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { StatusReport, UpResult } from '../../src/index.js';
import { PROGRAM, isInstalled, isLinuxRoot, linesOf, until } from '../helpers/cli-scene.js';
import { newFolder } from '../helpers/folders.js';
import { run, succeed, type RunResult } from '../helpers/run.js';

/**
 * A cluster over a restart of its engine. The engine is one of the test's own, in a network namespace of its own: the
 * ports there are free, and the engine of this machine goes on undisturbed.
 */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const NAMESPACE = `bl-${process.pid}`;
const IMAGE = 'rcluster/redis:7';
const KEYS = Array.from({ length: 100 }, (_, index) => `bl:${index}`);
const canRun = isLinuxRoot && ['dockerd', 'ip', 'nsenter', 'unshare'].every(isInstalled);

describe.runIf(canRun)('a cluster whose engine is restarted', () => {
  let folder = '';
  let engine: ChildProcess | undefined;
  const host = () => `unix://${join(folder, 's')}`;
  const docker = (...args: string[]) => succeed('docker', ['--host', host(), ...args]);

  /** Not `ip netns exec`, which hides the control groups. */
  const inside = (...command: string[]) =>
    ['nsenter', [`--net=/run/netns/${NAMESPACE}`, ...command]] as const;

  const rcluster = (args: readonly string[], input = ''): Promise<RunResult> => {
    const env = { DOCKER_HOST: host(), RCLUSTER_HOME: join(folder, 'home'), RCLUSTER_CLUSTER: undefined };
    return run(...inside(process.execPath, PROGRAM, ...args), { env, input });
  };

  async function startEngine(): Promise<void> {
    const log = openSync(join(folder, 'log'), 'a');
    const roots = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')];
    const daemon = ['dockerd', ...roots, '--pidfile', join(folder, 'pid'), '--host', host()];
    engine = spawn(...inside('unshare', '--mount', ...daemon), { stdio: ['ignore', log, log] });
    closeSync(log);
    const { pid } = engine;
    await until('the engine to answer', async () => {
      if (engine?.exitCode !== null) throw new Error(await readFile(join(folder, 'log'), 'utf8'));
      const { code } = await run('docker', ['--host', host(), 'version']);
      return code === 0 ? pid : undefined;
    });
  }

  /** As a shutdown of the machine would. */
  async function stopEngine(): Promise<void> {
    if (engine?.exitCode !== null || engine.signalCode !== null) return;
    const ended = once(engine, 'exit');
    const patience = setTimeout(() => engine?.kill('SIGKILL'), 40_000);
    engine.kill('SIGTERM');
    await ended;
    clearTimeout(patience);
  }

  async function processesInside(): Promise<number[]> {
    const { stdout } = await run('ip', ['netns', 'pids', NAMESPACE]);
    return linesOf(stdout).map(Number);
  }

  beforeAll(async () => {
    folder = newFolder();
    await succeed('ip', ['netns', 'add', NAMESPACE]);
    await succeed('ip', ['-n', NAMESPACE, 'link', 'set', 'lo', 'up']);
    await startEngine();
    const archive = join(folder, 'image.tar');
    await succeed('docker', ['save', '--output', archive, IMAGE]);
    await docker('load', '--input', archive);
  });

  afterAll(async () => {
    await stopEngine();
    for (const pid of await processesInside()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended meanwhile.
      }
    }
    await until('the namespace to be empty', async () =>
      (await processesInside()).length === 0 ? true : undefined,
    ).catch(() => undefined);
    await run('ip', ['netns', 'delete', NAMESPACE]);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  async function status(): Promise<StatusReport | undefined> {
    const { code, stdout } = await rcluster(['status', '--json']);
    return code === 0 ? (JSON.parse(stdout) as StatusReport) : undefined;
  }

  /** Where each node says the others are, by id: `172.30.0.11:7000@17000,127.0.0.1`. */
  async function addresses(): Promise<Map<string, string>> {
    const { stdout } = await rcluster(['cli', '7000', 'cluster', 'nodes']);
    return new Map(linesOf(stdout).map((line) => line.split(' ').slice(0, 2) as [string, string]));
  }

  const roles = (nodes: StatusReport['nodes']) =>
    nodes.map(({ name, id, endpoint, slots, role, replicaOf }) => ({
      name,
      id,
      endpoint,
      slots,
      role,
      replicaOf,
    }));

  test('is up again by itself, with its keys and at its addresses', async () => {
    const up = await rcluster(['up', '--json']);
    expect(up, up.stderr).toMatchObject({ code: 0 });
    const { nodes } = JSON.parse(up.stdout) as UpResult;
    expect(nodes.map(({ endpoint }) => endpoint)).toEqual(
      [7000, 7001, 7002, 7003, 7004, 7005].map((port) => `127.0.0.1:${port}`),
    );
    const set = await rcluster(['cli'], KEYS.map((key) => `set ${key} value-of-${key}\n`).join(''));
    expect(linesOf(set.stdout).filter((line) => line === 'OK')).toHaveLength(KEYS.length);
    const before = await addresses();
    expect(before.size).toBe(6);
    expect(new Set([...before.values()].map((address) => address.split(':')[0])).size).toBe(6);

    await stopEngine();
    expect(await processesInside()).toEqual([]);
    // Nobody takes it for gone, and nothing of it is removed or put in its place.
    for (const words of [['status'], ['down'], ['up']]) {
      const away = await rcluster([...words, '--json']);
      expect([words, away.code, away.stdout]).toEqual([words, 3, expect.stringContaining('ENGINE_MISSING')]);
      expect(away.stdout).toContain('are containers of unix://');
    }

    await startEngine();
    const after = await until('the cluster to be ok', status, 60_000);
    expect(after).toMatchObject({ state: 'ok', slotsCovered: 16_384, findings: [] });
    expect(roles(after.nodes)).toEqual(roles(nodes));
    expect(await addresses()).toEqual(before);
    const get = await rcluster(['cli'], KEYS.map((key) => `get ${key}\n`).join(''));
    expect(linesOf(get.stdout).filter((line) => line.startsWith('value-of-'))).toEqual(
      KEYS.map((key) => `value-of-${key}`),
    );
  });

  test('goes away with down', async () => {
    expect(await rcluster(['down'])).toMatchObject({ code: 0 });
    const filter = ['--filter', 'label=rcluster.cluster=rcluster'];
    expect(await docker('ps', '--all', '--quiet', ...filter)).toBe('');
    expect(await docker('network', 'ls', '--quiet', ...filter)).toBe('');
    expect(await docker('volume', 'ls', '--quiet', ...filter)).toBe('');
  });
});
