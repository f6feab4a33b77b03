import { createServer } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { claimCluster, claimPorts } from '../../../src/operations/claim.js';

const claimOf = async (cluster: string) => {
  const claimed = await claimCluster(cluster);
  if (!claimed.isOurs) throw new Error(`held by ${claimed.holder}`);
  return claimed;
};

test.runIf(process.platform === 'linux')(
  'a claim is one at a time, says whose it is, and can be taken again',
  async () => {
    const first = await claimOf('claimed');
    expect(await claimCluster('claimed')).toEqual({ isOurs: false, holder: `pid ${process.pid}` });
    (await claimOf('another')).release();
    first.release();
    (await claimOf('claimed')).release();
  },
);

test
  .runIf(process.platform === 'linux')
  .each([['\u001b[2Jpid 1 of root'], ['pid 1 of root; reboot'], [''], ['x'.repeat(100_000)]])(
  'whoever answers %j there is just another',
  async (answer) => {
    const impostor = createServer((socket) => socket.on('error', () => undefined).end(answer));
    impostor.listen('\0rcluster:impostor');
    await once(impostor, 'listening');
    try {
      expect(await claimCluster('impostor')).toEqual({ isOurs: false, holder: 'another rcluster' });
    } finally {
      impostor.close();
    }
  },
);

test.runIf(process.platform === 'linux')('a holder that answers nothing is not waited for long', async () => {
  const silent = createServer((socket) => socket.on('error', () => undefined));
  silent.listen('\0rcluster:silent');
  await once(silent, 'listening');
  expect(await claimCluster('silent')).toEqual({ isOurs: false, holder: 'another rcluster' });
  silent.close();
});

test.runIf(process.platform === 'linux')('ports are claimed all or none', async () => {
  const release = await claimPorts([9100, 9101]);
  expect(await claimPorts([9101, 9102])).toBeUndefined();
  const others = await claimPorts([9102, 9103]);
  release?.();
  const again = await claimPorts([9100, 9101]);
  expect([release, others, again].filter((claimed) => claimed === undefined)).toEqual([]);
  others?.();
  again?.();
});
