import { describe, expect, test } from 'vitest';
import { killText } from '../../../../src/cli/ui/timeline.js';
import type { KillResult } from '../../../../src/index.js';
import { withoutColours } from './plain.js';

withoutColours();

const RESULT: KillResult = {
  cluster: 'big',
  victim: 'node-2',
  role: 'master',
  promoted: 'node-5',
  detectMs: 620,
  electMs: 570,
  recoverMs: 50,
  outageMs: 1240,
  writes: { attempted: 900, acknowledged: 300, failed: 600, lost: 0 },
  timeline: [
    { atMs: 0, node: 'node-2', kind: 'killed', event: 'killed (SIGKILL)' },
    { atMs: 1240, node: 'client', kind: 'first-write', event: 'first write acknowledged' },
  ],
};

describe('killText', () => {
  test('tells what happened when, how long it took and what was lost', () => {
    expect(killText(RESULT).split('\n')).toEqual([
      '      0 ms  node-2    killed (SIGKILL)',
      '   1240 ms  client    first write acknowledged',
      '',
      'node-5 took over; writes failed for 1.2 s  (detect 620 + elect 570 + recover 50 ms)',
      'writes: 900 attempted, 300 acknowledged, 600 failed; of the acknowledged none lost',
      'bring it back: rcluster start node-2',
    ]);
  });

  test('counts who says the same as another', () => {
    const heard = (node: string, from: string) =>
      ({ atMs: 700, node, kind: 'failed', event: `heard from ${from} that node-2 has failed` }) as const;
    const vote = (node: string, epoch: number) =>
      ({ atMs: 900 + epoch, node, kind: 'vote', event: `votes for node-5 in epoch ${epoch}` }) as const;
    const timeline = [
      heard('node-1', 'node-3'),
      heard('node-4', 'node-6'),
      vote('node-1', 7),
      vote('node-3', 7),
      vote('node-1', 8),
    ];
    expect(
      killText({ ...RESULT, timeline })
        .split('\n')
        .slice(0, 4),
    ).toEqual([
      '    700 ms  node-1    heard from node-3 that node-2 has failed (and 1 more)',
      '    907 ms  node-1    votes for node-5 in epoch 7 (and 1 more)',
      '    908 ms  node-1    votes for node-5 in epoch 8',
      '',
    ]);
  });

  test('does not play down a loss', () => {
    const lossy = { ...RESULT, writes: { attempted: 900, acknowledged: 300, failed: 600, lost: 3 } };
    expect(killText(lossy)).toContain('of the acknowledged 3 LOST');
  });

  test('of a kill that was not watched is short', () => {
    const { cluster, victim, role } = RESULT;
    const unwatched = { cluster, victim, role, promoted: undefined, writes: undefined, timeline: [] };
    expect(killText(unwatched)).toBe('killed node-2\nbring it back: rcluster start node-2');
  });

  test('of a replica says that its master went on', () => {
    const { cluster, victim, timeline } = RESULT;
    const replica: KillResult = {
      cluster,
      victim,
      role: 'replica',
      promoted: undefined,
      writes: undefined,
      timeline,
    };
    expect(killText(replica)).toContain('node-2 is a replica: its master went on');
  });
});
