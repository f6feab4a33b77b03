import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scene, until } from '../helpers/cli-scene.js';
import { findingsOf } from '../helpers/doctor.js';
import { firstPortOf } from '../helpers/ports.js';
import { rclusterSucceeds } from '../helpers/run.js';

/**
 * What doctor finds of nodes that do not know or serve each other as they should. Each is made to happen, and mended. Nodes that
 * do not hear each other are among the faults (test/drills/faults.test.ts).
 */

const NAME = 'doctored-ill';
const PORT = firstPortOf(import.meta.filename);
const LONG = { timeout: 120_000 };
const UP = ['up', '-q', '-c', NAME, '--runtime', 'process', '--base-port', String(PORT)];

scene(NAME);

let nodes: Redis[] = [];
/** node-N; 1 to 3 are masters, 4 to 6 their replicas. */
const node = (number: number) => nodes[number - 1]!;
const idOf = async (number: number) => String(await node(number).call('CLUSTER', 'MYID'));
const run = async (...args: string[]) => rclusterSucceeds([...args, '-q', '-c', NAME], { timeoutMs: 90_000 });

async function untilFound(...codes: string[]): Promise<void> {
  await until(`doctor to find ${codes.join(' and ')}`, async () => {
    const found = await findingsOf('-c', NAME);
    return codes.every((code) => found.includes(code)) ? true : undefined;
  });
}

async function untilGone(...codes: string[]): Promise<void> {
  await until(`doctor to find ${codes.join(' and ')} no more`, async () => {
    const found = await findingsOf('-c', NAME);
    return codes.some((code) => found.includes(code)) ? undefined : true;
  });
}

beforeAll(async () => {
  await rclusterSucceeds(UP);
  nodes = Array.from({ length: 6 }, (_, index) => new Redis({ port: PORT + index }));
  const found = await findingsOf('-c', NAME);
  const healthy = ['SLOTS_', 'NODE_NOT', 'NODE_SUSPECTED', 'VIEWS_', 'REPLICA_', 'MASTER_EMPTY'];
  expect(found.filter((code) => healthy.some((start) => code.startsWith(start)))).toEqual([]);
});

afterAll(() => {
  for (const redis of nodes) redis.disconnect();
});

describe('doctor finds', () => {
  it('SLOTS_UNCOVERED and NODE_NOT_SERVING', LONG, async () => {
    // The owner first: from it the others would learn the slot again.
    for (const redis of nodes) await redis.call('CLUSTER', 'DELSLOTS', 0);
    await untilFound('SLOTS_UNCOVERED', 'NODE_NOT_SERVING');
    await node(1).call('CLUSTER', 'ADDSLOTS', 0);
    await untilGone('SLOTS_UNCOVERED', 'NODE_NOT_SERVING');
  });

  it('VIEWS_DISAGREE', LONG, async () => {
    // For a minute it does not let itself be told of it.
    await node(2).call('CLUSTER', 'FORGET', await idOf(6));
    await untilFound('VIEWS_DISAGREE');
    await run('fix', '--yes');
    await untilGone('VIEWS_DISAGREE');
  });

  it('REPLICA_UNLINKED', LONG, async () => {
    await node(4).config('SET', 'masteruser', 'nobody', 'masterauth', 'wrong');
    await node(4).call('CLIENT', 'KILL', 'TYPE', 'master');
    await untilFound('REPLICA_UNLINKED');
    await node(4).config('SET', 'masteruser', '', 'masterauth', '');
    await untilGone('REPLICA_UNLINKED');
  });

  it('NODE_NOT_MEMBER', LONG, async () => {
    const id = await idOf(6);
    await node(6).call('CLUSTER', 'RESET', 'HARD');
    for (const number of [1, 2, 3, 4, 5]) await node(number).call('CLUSTER', 'FORGET', id);
    await untilFound('NODE_NOT_MEMBER');
    await rclusterSucceeds(UP);
    await untilGone('NODE_NOT_MEMBER');
  });

  it('MASTER_EMPTY', LONG, async () => {
    await run('add-master', '--no-rebalance', '--replicas', '0');
    await untilFound('MASTER_EMPTY');
    await run('rebalance', '--include-empty');
    await untilGone('MASTER_EMPTY');
  });

  it('NODE_TIMEOUT_SHORT', LONG, async () => {
    const give = async (ms: string) => run('config', 'set', 'cluster-node-timeout', ms);
    await give('400');
    await untilFound('NODE_TIMEOUT_SHORT');
    await give('5000');
    await untilGone('NODE_TIMEOUT_SHORT');
  });
});
