import { describe, expect, test } from 'vitest';
import { hostScript, parseHostScript } from '../../../../src/operations/checkup/host-script.js';
import { run } from '../../../helpers/run.js';

describe('what the script prints', () => {
  test('is read, with the round trips', () => {
    const output = [
      'overcommit 0',
      'hugepages madvise',
      'somaxconn 4096',
      'files 20000',
      'ping node-2 0.054',
      'ping node-3 1.2',
    ].join('\n');
    expect(parseHostScript('node-1', output)).toEqual({
      host: { overcommit: 0, hugePages: 'madvise', somaxconn: 4096, fileLimit: 20_000 },
      latencies: [
        { from: 'node-1', to: 'node-2', ms: 0.054 },
        { from: 'node-1', to: 'node-3', ms: 1.2 },
      ],
    });
  });

  test('may lack everything, as on a system without /proc', () => {
    const output = ['overcommit ', 'hugepages ', 'somaxconn ', 'files unlimited', ''].join('\n');
    expect(parseHostScript('node-1', output)).toEqual({
      host: { overcommit: undefined, hugePages: undefined, somaxconn: undefined, fileLimit: undefined },
      latencies: [],
    });
  });
});

test.runIf(process.platform === 'linux')(
  'the script runs in a shell, and sees this process’ limit',
  async () => {
    const { script, args } = hostScript(process.pid, []);
    const { code, stdout } = await run('sh', ['-c', script, 'sh', ...args]);
    const { host } = parseHostScript('node-1', stdout);
    expect(code).toBe(0);
    expect(host).toMatchObject({
      overcommit: expect.any(Number) as number,
      somaxconn: expect.any(Number) as number,
    });
  },
);

test('the script is the same whatever the nodes are called, and finds each peer among its words', async () => {
  const peers = [
    { name: 'node-2', host: '$(touch owned)' },
    { name: 'node-3', host: '-x; exit 9' },
  ];
  const { script, args } = hostScript(undefined, peers);
  expect(script).toBe(hostScript(1, []).script);
  expect(args).toEqual(['', 'node-2', '$(touch owned)', 'node-3', '-x; exit 9']);
  // A ping of our own says which hosts it was asked for.
  const ping = 'ping() { for host; do :; done; echo "asked for $host = 0.5/1"; }; ';
  const { code, stdout } = await run('sh', ['-c', ping + script, 'sh', ...args]);
  expect(code).toBe(0);
  expect(parseHostScript('node-1', stdout).latencies.sort((a, b) => (a.to < b.to ? -1 : 1))).toEqual([
    { from: 'node-1', to: 'node-2', ms: 0.5 },
    { from: 'node-1', to: 'node-3', ms: 0.5 },
  ]);
});
