import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Deadline, waitUntilNothingIsMissing } from '../../src/base/deadline.js';
import { BUS_PORT_OFFSET } from '../../src/config/types.js';
import { connectWhenUp } from '../../src/operations/connections.js';
import { introduce, type Acquaintance } from '../../src/operations/join.js';
import { clusterNodes } from '../../src/redis/commands/index.js';
import { firstPortOf } from '../helpers/ports.js';

const HOST = '127.0.0.1';
const PORT = firstPortOf(import.meta.filename);
const PORTS = { newcomer: PORT, other: PORT + 1, detour: PORT + 2 };

async function server(folder: string, port: number): Promise<Omit<Acquaintance, 'peer'>> {
  const settings = [
    '--port',
    `${port}`,
    '--dir',
    folder,
    '--cluster-config-file',
    `${port}.conf`,
    '--save',
    '',
  ];
  const child = spawn(
    'redis-server',
    [...settings, '--cluster-enabled', 'yes', '--cluster-node-timeout', '400'],
    { stdio: 'ignore' },
  );
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const connection = await connectWhenUp({ host: HOST, port }, `${port}`, Deadline.after(10_000));
  onTestFinished(() => connection.close());
  return { name: `${port}`, connection };
}

test('nodes that could not reach each other until the server gave up their handshake are introduced anew', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rcluster-introduction-'));
  onTestFinished(async () => rm(folder, { recursive: true, force: true }));
  const newcomer = { ...(await server(folder, PORTS.newcomer)), peer: { host: HOST, port: PORTS.newcomer } };
  const other = { ...(await server(folder, PORTS.other)), peer: { host: HOST, port: PORTS.detour } };
  const known = async () => (await newcomer.connection.run(clusterNodes())).entries.length;

  const introduced = introduce([newcomer], [other], Deadline.after(20_000));
  introduced.catch(() => undefined);
  const becomes = async (count: number) =>
    waitUntilNothingIsMissing(
      async () => ((await known()) === count ? [] : [`${await known()} nodes are known`]),
      {
        deadline: Deadline.after(10_000),
        what: 'the handshake',
      },
    );
  await becomes(2);
  await becomes(1);
  const road = createServer((socket) => {
    const bus = connect(PORTS.other + BUS_PORT_OFFSET, HOST);
    for (const side of [socket, bus]) side.on('error', () => socket.destroy());
    socket.pipe(bus).pipe(socket);
  }).listen(PORTS.detour + BUS_PORT_OFFSET, HOST);
  onTestFinished(() => void road.close());

  await introduced;
  const { entries } = await newcomer.connection.run(clusterNodes());
  // The address by which it was met may still be in a handshake of its own.
  expect(entries.filter(({ flags }) => !flags.includes('handshake'))).toHaveLength(2);
});
