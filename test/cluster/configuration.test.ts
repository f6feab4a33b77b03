import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StatusReport, UpResult } from '../../src/index.js';
import { removeTraces } from '../helpers/docker.js';
import { firstPortOf } from '../helpers/ports.js';
import { folderOfTheFile, rcluster, rclusterSucceeds } from '../helpers/run.js';

/** Two versions side by side, as one file says, and single nodes that differ. */

const OLD = 'fl-old';
const NEXT = 'fl-next';
const PORT = firstPortOf(import.meta.filename);
const FILE = `version: 1
cluster: ${OLD}
clusters:
  ${OLD}: &small
    masters: 1
    replicas: 0
    force: true
    persistence: none
    image: redis:7
    base-port: ${PORT}
    set: { hz: 20 }
    nodes: { node-2: { set: { hz: 50 }, maxmemory: 64mb } }
  ${NEXT}: { <<: *small, image: redis:8, base-port: ${PORT + 10} }
commands:
  add-master: { replicas: 0, rebalance: false }
`;

const cwd = folderOfTheFile();
const otherFolder = folderOfTheFile();
/** The images may have to be built first. */
const LONG = { timeout: 180_000 };

const succeed = (...args: string[]) => rclusterSucceeds(args, { cwd, timeoutMs: 180_000 });
const document = async <Document>(...args: string[]) =>
  JSON.parse(await succeed(...args, '--json', '-q')) as Document;
const clear = async () => {
  for (const cluster of [OLD, NEXT]) await removeTraces(cluster);
};

beforeAll(async () => {
  await clear();
  await writeFile(join(cwd, 'rcluster.yaml'), FILE);
});
afterAll(clear);

it('boots what the file says, two versions at once', LONG, async () => {
  expect(await succeed('config', 'check')).toContain('rcluster.yaml is right: 2 clusters');
  const [old, next] = await Promise.all([document<UpResult>('up'), document<UpResult>('up', '-c', NEXT)]);
  expect(
    [old, next].map(({ cluster, state, nodes }) => [cluster, state, nodes.map(({ port }) => port)]),
  ).toEqual([
    [OLD, 'ok', [PORT]],
    [NEXT, 'ok', [PORT + 10]],
  ]);
  const versions = await Promise.all(
    [OLD, NEXT].map((cluster) => succeed('cli', '-c', cluster, 'node-1', 'info', 'server')),
  );
  expect(versions.map((text) => /redis_version:(\d+)/.exec(text)?.[1])).toEqual(['7', '8']);
  // What the file says counts as asked for, and is what there is.
  expect(await document('up')).toMatchObject({ changed: false });
  const other = await rcluster(['up', '--set', 'hz=30'], { cwd });
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('CLUSTER_DIFFERS')]);
});

it('gives a node that joins later the settings that are its own', LONG, async () => {
  const { nodes } = await document<StatusReport>('add-master');
  expect(nodes.map(({ name }) => name)).toEqual(['node-1', 'node-2']);
  const { settings } = await document<{ settings: unknown }>('config', 'get', 'hz', 'maxmemory');
  expect(settings).toEqual([
    {
      name: 'hz',
      values: [
        { value: '20', nodes: ['node-1'] },
        { value: '50', nodes: ['node-2'] },
      ],
    },
    {
      name: 'maxmemory',
      values: [
        { value: '0', nodes: ['node-1'] },
        { value: '67108864', nodes: ['node-2'] },
      ],
    },
  ]);
});

it('knows which cluster is meant, and says who says so', LONG, async () => {
  const used = await rcluster(['use', NEXT], { cwd });
  expect([used.code, used.stderr]).toEqual([
    0,
    expect.stringContaining(`here commands go on with "${OLD}": rcluster.yaml:2 goes before rcluster use`),
  ]);
  const elsewhere = { cwd: otherFolder };
  expect(await rclusterSucceeds(['use'], elsewhere)).toBe(`${NEXT}  (rcluster use)\n`);
  expect(await rclusterSucceeds(['ls'], elsewhere)).toMatch(new RegExp(`^${NEXT} .* \\*$`, 'm'));
  expect(await succeed('use')).toBe(`${OLD}  (rcluster.yaml:2)\n`);

  await rclusterSucceeds(['down', '-q'], elsewhere);
  const gone = await rcluster(['status'], elsewhere);
  expect(gone.code).toBe(2);
  expect(gone.stderr).toContain(`no cluster is called "${NEXT}", which rcluster use names`);
  const unknown = await rcluster(['use', 'fl-olt'], elsewhere);
  expect(unknown.stderr).toContain('no cluster is called "fl-olt" (did you mean fl-old?)');
  expect((await document<StatusReport>('status')).cluster).toBe(OLD);
});
