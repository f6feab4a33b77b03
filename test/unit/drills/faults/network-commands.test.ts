import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { HelperScript } from '../../../../src/runtimes/runtime.js';
import { thrownBy } from '../../helpers/errors.js';
import {
  EVERYTHING,
  addBlackholes,
  addDelay,
  chainOf,
  dropRules,
  findMarks,
  insertChain,
  lossRules,
  netemArguments,
} from '../../../../src/drills/faults/network-commands.js';

const sh = promisify(execFile);

/** What the shell makes of it: each command as the words it gets, with what it reads. */
async function commandsOf({ script, args }: HelperScript): Promise<string[]> {
  const spies =
    'spy() { echo "$*"; [ -t 0 ] || sed "s/^/< /"; }; ip() { echo "ip $*"; }; tc() { echo "tc $*"; }; ';
  const own = script.replaceAll('"$restore"', 'spy "$restore"').replaceAll('exec /usr/sbin/tc', 'tc');
  const { stdout } = await sh('sh', ['-c', spies + own, 'sh', ...args]);
  return stdout.trimEnd().split('\n');
}

test('packets are dropped both ways, or only those that are sent', () => {
  expect(dropRules(['10.0.0.2'], 'both').map((rule) => rule.join(' '))).toEqual([
    '-s 10.0.0.2 -j DROP',
    '-d 10.0.0.2 -j DROP',
  ]);
  expect(dropRules(['10.0.0.2', '10.0.0.3'], 'out').map((rule) => rule.join(' '))).toEqual([
    '-d 10.0.0.2 -j DROP',
    '-d 10.0.0.3 -j DROP',
  ]);
});

test.each([
  [10, '0.1000'],
  [1, '0.0100'],
  [100, '1.0000'],
])('%j percent are lost with a probability of %s', (percent, probability) => {
  expect(lossRules(percent)).toEqual([
    ['-m', 'statistic', '--mode', 'random', '--probability', probability, '-j', 'DROP'],
  ]);
});

test('a chain comes with its rules and its jumps in one piece, and leaves the loopback alone', async () => {
  const script = insertChain('iptables-nft', chainOf('1a2b3c4d'), dropRules(['10.0.0.2'], 'both'));
  expect(await commandsOf(script)).toEqual([
    '/usr/sbin/iptables-nft-restore -w --noflush',
    '< *filter',
    '< :RCLUSTER-1a2b3c4d - [0:0]',
    '< -A RCLUSTER-1a2b3c4d -s 10.0.0.2 -j DROP',
    '< -A RCLUSTER-1a2b3c4d -d 10.0.0.2 -j DROP',
    '< -I INPUT ! -i lo -j RCLUSTER-1a2b3c4d',
    '< -I OUTPUT ! -o lo -j RCLUSTER-1a2b3c4d',
    '< COMMIT',
  ]);
});

test('blackholes carry our metric', async () => {
  expect(await commandsOf(addBlackholes(['10.0.0.2', '10.0.0.3']))).toEqual([
    'ip route add blackhole 10.0.0.2/32 metric 4242',
    'ip route add blackhole 10.0.0.3/32 metric 4242',
  ]);
});

test.each(['', '10.0.0', '10.0.0.2 -j ACCEPT', '10.0.0.2\n-F', '$(reboot)', '::1'])(
  'what the engine calls an address and is none, %j, becomes no rule',
  (address) => {
    for (const make of [() => dropRules([address], 'both'), () => addBlackholes([address])])
      expect(thrownBy(make).code).toBe('ENGINE_ERROR');
  },
);

test('scripts are the same whatever is asked for', () => {
  const other = { id: '1a2b3c4d', chains: true, routes: false, delay: false };
  expect(findMarks(other, true).script).toBe(findMarks(EVERYTHING, false).script);
  expect(addDelay('eth0', 1, 0).script).toBe(addDelay('lo', 60_000, 9).script);
  expect(insertChain('iptables-nft', 'A', []).script).toBe(
    insertChain('iptables-legacy', 'B', lossRules(1)).script,
  );
});

test.each([
  [100, 0, 'qdisc replace dev eth0 root netem delay 100ms'],
  [100, 20, 'qdisc replace dev eth0 root netem delay 100ms 20ms'],
])('a delay of %j ms, give or take %j', async (delay, jitter, words) => {
  expect(netemArguments('eth0', delay, jitter).join(' ')).toBe(words);
  // Busybox' shell would take its own tc, which knows no netem.
  expect(addDelay('eth0', delay, jitter).script).toContain('/usr/sbin/tc');
  expect(await commandsOf(addDelay('eth0', delay, jitter))).toEqual([`tc ${words}`]);
});

describe('marks', () => {
  const LISTED = [
    '-P INPUT ACCEPT',
    '-N DOCKER',
    '-N RCLUSTER-1a2b3c4d',
    '-N RCLUSTER-99999999',
    '-A INPUT ! -i lo -j RCLUSTER-1a2b3c4d',
    '-A OUTPUT ! -o lo -j RCLUSTER-99999999',
  ];
  /** On a system that has a filter, a route and a delay of ours, and others' beside them. */
  async function found(script: HelperScript): Promise<{ marks: string[]; done: string[] }> {
    const system = [
      `iptables() { if [ "$2" = -S ]; then printf '%s\\n' ${LISTED.map((line) => `'${line}'`).join(' ')}; else echo "do $*"; fi; }`,
      `ip() { if [ $# = 1 ]; then echo 'blackhole 10.0.0.2 metric 4242'; echo 'blackhole 10.0.0.9 metric 1'; else echo "do ip $*"; fi; }`,
      `tc() { if [ "$2" = show ]; then echo 'qdisc netem 1: root'; else echo "do tc $*"; fi; }`,
      '',
    ].join('\n');
    const own = script.script
      .replace('/usr/sbin/iptables-nft /usr/sbin/iptables-legacy', 'iptables')
      .replaceAll('[ -x $iptables ] && ', '')
      .replaceAll('[ -x /usr/sbin/tc ] && ', '')
      .replaceAll('/usr/sbin/tc', 'tc');
    const { stdout } = await sh('sh', ['-c', system + own, 'sh', ...script.args]);
    const lines = stdout.trimEnd().split('\n');
    return {
      marks: lines.filter((line) => !line.startsWith('do ')),
      done: lines.filter((line) => line.startsWith('do ')).map((line) => line.slice('do '.length)),
    };
  }

  test('of one fault are those with its id', async () => {
    const one = await found(findMarks({ id: '1a2b3c4d', chains: true, routes: false, delay: false }, true));
    expect(one.marks).toEqual(['chain RCLUSTER-1a2b3c4d']);
    expect(one.done).toEqual([
      '-w -D INPUT ! -i lo -j RCLUSTER-1a2b3c4d',
      '-w -F RCLUSTER-1a2b3c4d',
      '-w -X RCLUSTER-1a2b3c4d',
    ]);
  });

  test('of all are those with any id, and nobody else’s', async () => {
    const all = await found(findMarks(EVERYTHING, true));
    expect(all.marks).toEqual([
      'chain RCLUSTER-1a2b3c4d',
      'chain RCLUSTER-99999999',
      'route 10.0.0.2',
      'delay',
    ]);
    expect(all.done).toContain('ip route del blackhole 10.0.0.2/32 metric 4242');
    expect(all.done).toContain('tc qdisc del dev eth0 root');
    expect(all.done).toHaveLength(8);
  });

  test('are left where they are by a look', async () => {
    const { marks, done } = await found(findMarks(EVERYTHING, false));
    expect([marks.length, done]).toEqual([4, []]);
  });
});
