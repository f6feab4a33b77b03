import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wireCounts, wiresTo } from '../../../src/bench/wires.js';

const HERE = { host: '127.0.0.1', port: 7000 };
const loopback = Object.entries(networkInterfaces()).find(([, addresses]) =>
  addresses?.some(({ address }) => address === HERE.host),
)?.[0];

let sysfs = '';
beforeAll(async () => {
  sysfs = await mkdtemp(join(tmpdir(), 'rcluster-wires-'));
});
afterAll(async () => rm(sysfs, { recursive: true }));

async function kernelSays(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = join(sysfs, loopback ?? '', name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${text}\n`);
  }
}

test('an interface that tells no speed is no wire', async () => {
  expect(loopback).toBeDefined();
  expect(await wiresTo([HERE])).toEqual([]);
  await kernelSays({ speed: '-1' });
  expect(await wiresTo([HERE], sysfs)).toEqual([]);
});

test('the interface that leads to the nodes, with its speed and what it has carried', async () => {
  await kernelSays({ speed: '1000', 'statistics/tx_bytes': '123', 'statistics/rx_bytes': '4567' });
  const wires = await wiresTo([HERE, { ...HERE, port: 7001 }], sysfs);
  expect(wires).toEqual([{ name: loopback, bytesPerSecond: 125_000_000 }]);
  expect(await wireCounts(wires[0]!, sysfs)).toEqual({ sentBytes: 123, receivedBytes: 4567 });
});

test('a host that is no address of anything leads nowhere', async () => {
  expect(await wiresTo([{ host: 'no.such.host.invalid', port: 7000 }], sysfs)).toEqual([]);
});
