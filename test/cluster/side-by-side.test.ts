import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatusReport, UpResult } from '../../src/index.js';
import { leftoversOf } from '../helpers/cli-scene.js';
import { removeTraces } from '../helpers/docker.js';
import { firstPortOf } from '../helpers/ports.js';
import { documentsOf, rclusterSucceeds, succeed } from '../helpers/run.js';

/** Clusters of two versions at once, made at the same moment, on ports and subnets that do not meet. */

const CLUSTERS = [
  { name: 'seven', image: 'redis:7', version: '7' },
  { name: 'eight', image: 'redis:8', version: '8' },
];
const NAMES = CLUSTERS.map(({ name }) => name);
const LONG = { timeout: 120_000 };

let booted: UpResult[] = [];

beforeAll(async () => {
  for (const name of NAMES) await removeTraces(name);
  booted = await Promise.all(
    CLUSTERS.map(({ name, image }) =>
      documentsOf(name)<UpResult>(
        'up',
        '--image',
        image,
        '--base-port',
        String(firstPortOf(import.meta.filename)),
        '--any-port',
        '--wait',
        '120',
      ),
    ),
  );
}, 300_000);

afterAll(async () => {
  for (const name of NAMES) {
    await rclusterSucceeds(['down', '-q', '-c', name]);
    expect(await leftoversOf(name)).toEqual([]);
  }
});

describe('two clusters', () => {
  it('run the versions that were asked for', async () => {
    for (const { name, version } of CLUSTERS) {
      const info = await rclusterSucceeds(['call', '-q', '-c', name, '--on', 'node-1', 'info', 'server']);
      expect(info).toMatch(new RegExp(`redis_version:${version}\\.`));
    }
  });

  it('share neither ports nor addresses', async () => {
    const ports = booted.flatMap(({ nodes }) => nodes.map(({ port }) => port));
    expect(new Set(ports).size).toBe(12);
    const subnets = await Promise.all(
      NAMES.map((name) =>
        succeed('docker', ['network', 'inspect', '-f', '{{(index .IPAM.Config 0).Subnet}}', name]),
      ),
    );
    expect(new Set(subnets).size).toBe(2);
  });

  it('keep their keys to themselves', async () => {
    for (const name of NAMES) await rclusterSucceeds(['cli', '-c', name, 'set', 'whose', name]);
    for (const name of NAMES)
      expect(await rclusterSucceeds(['cli', '-c', name, 'get', 'whose'])).toBe(`${name}\n`);
  });

  it('are listed, and one is the default that use names', async () => {
    const { clusters } = JSON.parse(await rclusterSucceeds(['ls', '--json'])) as {
      clusters: { cluster: string; running: number }[];
    };
    for (const cluster of NAMES)
      expect(clusters).toContainEqual(expect.objectContaining({ cluster, running: 6 }));
    await rclusterSucceeds(['use', 'eight']);
    const status = JSON.parse(await rclusterSucceeds(['status', '--json'])) as StatusReport;
    expect([status.cluster, status.state]).toEqual(['eight', 'ok']);
  });

  it('die one at a time', LONG, async () => {
    await rclusterSucceeds(['kill', '--master', 'node-1', '-q', '-c', 'eight'], { timeoutMs: 60_000 });
    const status = await documentsOf('seven')<StatusReport>('status');
    expect(status).toMatchObject({ state: 'ok', findings: [] });
  });
});
