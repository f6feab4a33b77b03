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
