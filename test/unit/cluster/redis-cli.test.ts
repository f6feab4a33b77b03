import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlanStep } from '../../../src/cluster/plan-step.js';
import type { SlotOwner } from '../../../src/cluster/rebalance.js';
import { renderAsRedisCli, toShellScript } from '../../../src/cluster/redis-cli.js';
import { evenRanges, type SlotRange } from '../../../src/cluster/slots.js';
import { idOf } from './pictures.js';

const owners = evenRanges(3).map((range, index): SlotOwner => ({ id: idOf(index + 1), slots: [range] }));
const portOf = new Map([
  ...[1, 2, 3, 4].map((number) => [idOf(number), 6999 + number] as const),
  ['node-7', 7006],
]);
const endpointOf = (node: string) => ({ host: '127.0.0.1', port: portOf.get(node) ?? 0 });
const scriptOf = (...steps: PlanStep[]) =>
  toShellScript(renderAsRedisCli(steps, endpointOf, owners))
    .trimEnd()
    .split('\n');
const move = (from: string, to: string, ...slots: SlotRange[]): PlanStep => ({
  kind: 'move',
  move: { from, to, slots },
});

describe('renderAsRedisCli', () => {
  test.each<[PlanStep, string]>([
    [
      { kind: 'boot', node: 'node-7', port: 7006 },
      '# redis-cli starts no servers: start node-7 on port 7006; CLUSTER MYID says its id',
    ],
    [
      { kind: 'meet', node: idOf(4), via: idOf(1) },
      'redis-cli --cluster add-node 127.0.0.1:7003 127.0.0.1:7000',
    ],
    [
      move(idOf(1), idOf(2), [0, 9]),
      `redis-cli --cluster reshard 127.0.0.1:7000 --cluster-from ${idOf(1)} --cluster-to ${idOf(2)} --cluster-slots 10 --cluster-yes`,
    ],
    [
      { kind: 'replicate', replica: idOf(4), master: idOf(1) },
      `redis-cli -h 127.0.0.1 -p 7003 CLUSTER REPLICATE ${idOf(1)}`,
    ],
    [{ kind: 'forget', node: idOf(4) }, `redis-cli --cluster del-node 127.0.0.1:7003 ${idOf(4)}`],
    [{ kind: 'remove', node: 'node-7' }, '# redis-cli ends no servers: stop node-7 and delete its data'],
    [{ kind: 'failover', node: idOf(4), how: 'graceful' }, 'redis-cli -h 127.0.0.1 -p 7003 CLUSTER FAILOVER'],
    [
      { kind: 'failover', node: idOf(4), how: 'force' },
      'redis-cli -h 127.0.0.1 -p 7003 CLUSTER FAILOVER FORCE',
    ],
    [
      { kind: 'failover', node: idOf(4), how: 'takeover' },
      'redis-cli -h 127.0.0.1 -p 7003 CLUSTER FAILOVER TAKEOVER',
    ],
  ])('%j', (step, line) => expect(scriptOf(step)).toEqual([line]));

  test('of nothing is nothing', () =>
    expect(toShellScript(renderAsRedisCli([], endpointOf, owners))).toBe(''));

  test('adds a replica in one command, and has a place for the id of a node that has none yet', () => {
    expect(
      scriptOf(
        { kind: 'boot', node: 'node-7', port: 7006 },
        { kind: 'meet', node: 'node-7', via: idOf(1) },
        { kind: 'replicate', replica: 'node-7', master: idOf(2) },
      ).slice(1),
    ).toEqual([
      `redis-cli --cluster add-node 127.0.0.1:7006 127.0.0.1:7000 --cluster-slave --cluster-master-id ${idOf(2)}`,
    ]);
    expect(
      scriptOf({ kind: 'boot', node: 'node-7', port: 7006 }, move(idOf(1), 'node-7', [0, 0]))[1],
    ).toContain("--cluster-to '<id of node-7>'");
  });
});

describe('the slots that redis-cli picks', () => {
  test('are named when they are not those of the plan', () => {
    const [comment, command] = scriptOf(move(idOf(1), idOf(4), [5000, 5460]));
    expect(comment).toBe('# rcluster moves slots 5000-5460; redis-cli picks the lowest of the source, 0-460');
    expect(command).toContain('--cluster-slots 461 ');
  });

  test('need no comment when the source gives all it has', () => {
    expect(scriptOf(move(idOf(1), idOf(4), [3000, 5460], [0, 2999]))).toHaveLength(1);
  });

  test('are counted on from one move to the next', () => {
    expect(scriptOf(move(idOf(1), idOf(4), [0, 9]), move(idOf(1), idOf(2), [10, 19]))).toHaveLength(2);
    expect(scriptOf(move(idOf(1), idOf(4), [10, 19]), move(idOf(1), idOf(2), [0, 9]))).toHaveLength(4);
    expect(scriptOf(move(idOf(1), idOf(4), [0, 9]), move(idOf(4), idOf(2), [0, 4]))).toHaveLength(2);
  });
});

describe('toShellScript', () => {
  /** What a shell makes of the words. */
  const heard = (words: readonly string[]) => {
    const script = toShellScript([{ kind: 'command', argv: ['printf', '%s\\0', ...words] }]);
    return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
  };

  test('quotes what a shell would take apart', () => {
    const words = [
      '',
      "it's",
      '$(id)',
      '`id`',
      'a b',
      '*',
      '~',
      '"',
      '\\',
      '\n',
      ';',
      '#',
      '!!',
      '<id of node-7>',
      'é',
    ];
    expect(heard(words)).toEqual(words);
  });

  test('quotes any word', () => {
    const word = fc.string({ unit: 'binary-ascii' }).map((text) => text.replaceAll('\0', ''));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 50 }), (words) => {
        expect(heard(words)).toEqual(words);
      }),
      { numRuns: 20 },
    );
  });

  test('keeps a comment on one line', () => {
    expect(toShellScript([{ kind: 'comment', text: 'one\nrm -rf two' }])).toBe('# one rm -rf two\n');
  });
});
