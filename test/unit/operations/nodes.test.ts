import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { whileNodesLive } from '../../../src/operations/nodes.js';
import type { NodeState, Runtime } from '../../../src/runtimes/runtime.js';

/** Longer than it takes until nodes are looked at. */
const WORK_MS = 800;

/** Of one node; `look` says in which state a look finds it. */
function runtimeOf(look: () => NodeState): Runtime {
  return {
    cluster: async () => {
      const node = { name: 'node-1', number: 1, port: 7000, peerHost: '', handle: '' };
      return Promise.resolve({ nodes: [{ ...node, state: look() }] });
    },
    logs: async function* () {
      yield await Promise.resolve('bad directive');
    },
  } as unknown as Runtime;
}

describe('while nodes are watched', () => {
  test('one that starts during a look is not taken for ended', async () => {
    const started = new Set<string>();
    const runtime = runtimeOf(() => {
      const isUp = started.has('node-1');
      started.add('node-1');
      return isUp ? 'running' : 'exited';
    });
    const work = async () => delay(WORK_MS, 'done');
    expect(await whileNodesLive(runtime, 'big', started, undefined, work)).toBe('done');
    expect(started.size).toBe(1);
  });

  test('one that has ended fails the work, with the end of its log', async () => {
    const runtime = runtimeOf(() => 'exited');
    const work = async () => delay(10 * WORK_MS, 'done');
    await expect(whileNodesLive(runtime, 'big', new Set(['node-1']), undefined, work)).rejects.toMatchObject({
      code: 'NODE_FAILED',
      details: ['bad directive'],
    });
  });
});
