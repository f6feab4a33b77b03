import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { leftoversOf } from '../helpers/cli-scene.js';
import { removeTraces } from '../helpers/docker.js';
import { firstPortOf } from '../helpers/ports.js';
import { documentsOf, folderOfTheFile, rcluster, rclusterSucceeds, run, succeed } from '../helpers/run.js';

/** templates/app in a container of the nodes' network. Its image is this machine's Node.js, since no registry may answer. */

const NAME = 'rcluster-app';
const PORT = firstPortOf(import.meta.filename);
const PROJECT = 'visits';
const IMAGE = 'rcluster-test/node:1';
const ROOT = join(import.meta.dirname, '..', '..');
const FILES = folderOfTheFile();
const OVERRIDE = join(FILES, 'override.yaml');
const APP_PORT = PORT + 18;
const LONG = { timeout: 240_000 };
const PATIENCE = { timeout: 30_000, interval: 200 };

const command = documentsOf(NAME);
const compose = (...words: string[]) => [
  ...['-p', PROJECT, '-f', join(ROOT, 'templates', 'app', 'compose.yaml'), '-f', OVERRIDE],
  ...words,
];
const visit = async (page: string) =>
  JSON.parse(await succeed('curl', ['-s', `http://127.0.0.1:${APP_PORT}/${page}`])) as {
    visits?: number;
    error?: string;
  };
/** A page of which nobody counts the visits: whoever has been served may have tried before. */
const served = () =>
  vi.waitFor(async () => expect((await visit('served')).visits).toBeGreaterThan(0), PATIENCE);

beforeAll(async () => {
  await removeTraces(NAME);
  await importNode();
  await rclusterSucceeds(
    ['up', '-q', '-c', NAME, '--base-port', String(PORT), '--announce', 'network', '--wait', '120'],
    { timeoutMs: 180_000 },
  );
}, 300_000);

afterAll(async () => {
  await run('docker-compose', compose('down', '-v'));
  await rclusterSucceeds(['down', '-q', '-c', NAME]);
  expect(await leftoversOf(NAME)).toEqual([]);
});

describe('an application in a container', () => {
  it('is told what its compose service needs', async () => {
    const text = await rclusterSucceeds(['connect', 'compose', '--from', 'container', '-c', NAME]);
    const list = [1, 2, 3].map((number) => `${NAME}-node-${number}:${PORT + number - 1}`).join(',');
    expect(text).toContain(`REDIS_CLUSTER_NODES: ${list}`);
    expect(text).toContain(`${NAME}:\n    external: true`);
    writeFileSync(join(FILES, 'connect.yaml'), text);
    await succeed('docker-compose', ['-f', join(FILES, 'connect.yaml'), '-f', OVERRIDE, 'config', '-q']);
  });

  it('reaches every master by its name in the network', LONG, async () => {
    await succeed('docker-compose', compose('up', '-d'), { timeoutMs: 120_000 });
    await served();
    const pages = Array.from({ length: 60 }, (_, index) => `page-${index}`);
    const first = await Promise.all(pages.map(visit));
    expect(first.filter(({ visits }) => visits !== 1)).toEqual([]);
    const { nodes } = await command<{ nodes: { role: string; keys: number }[] }>('status');
    expect(nodes.filter(({ role, keys }) => role === 'master' && keys === 0)).toEqual([]);
  });

  it('goes on after its master was killed', LONG, async () => {
    await visit('failover');
    const result = await command<{ promoted: string }>('kill', '--master', 'key:visits:failover');
    expect(result.promoted).toMatch(/^node-\d$/);
    await served();
    expect((await visit('failover')).visits).toBeGreaterThanOrEqual(2);
  });

  it('this host’s own commands go on as ever', LONG, async () => {
    expect((await rclusterSucceeds(['cli', '-c', NAME, 'get', 'visits:page-1'])).trim()).toBe('1');
    expect(await rclusterSucceeds(['keys', 'visits:page-1', '-c', NAME])).toBe('visits:page-1\n');
    await command('bench', '--ops', '500', '--warm-up', '0', '--keyspace', '50');
  });

  it('is not sent to addresses that mean itself', async () => {
    const from = ['connect', '--from', 'container'];
    const other = ['--base-port', String(PORT + 20), '--runtime', 'process'];
    const up = await rcluster(['up', '-q', '-c', 'by-address', ...other]);
    expect(up.code, up.stderr).toBe(0);
    try {
      const { code, stderr } = await rcluster([...from, '-c', 'by-address']);
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/is the container itself[\s\S]*--announce network/),
      ]);
    } finally {
      await rclusterSucceeds(['down', '-q', '-c', 'by-address']);
    }
  });
});

/** An image of this machine's node and the libraries that it names, and what of the example is not in it. */
async function importNode(): Promise<void> {
  const root = join(FILES, 'node');
  for (const folder of ['tmp', 'etc', 'proc', 'dev']) mkdirSync(join(root, folder), { recursive: true });
  const libraries = await succeed('ldd', [process.execPath]);
  const paths = [...libraries.matchAll(/(?:=> )?(\/\S+)/g)].map(([, path = '']) => path);
  for (const path of paths) await succeed('sh', ['-c', 'cp -L --parents "$1" "$2"', 'sh', path, root]);
  await succeed('cp', [process.execPath, join(root, 'node')]);
  writeFileSync(join(root, 'etc', 'passwd'), 'root:x:0:0::/:\nnode:x:1000:1000::/:\n');
  await succeed('tar', ['-C', root, '-cf', join(FILES, 'node.tar'), '.']);
  await succeed('docker', ['import', join(FILES, 'node.tar'), IMAGE]);
  const mounts = [
    [join(ROOT, 'templates', 'app', 'server.js'), '/app/server.js'],
    [join(ROOT, 'templates', 'app', 'package.json'), '/app/package.json'],
    [join(ROOT, 'node_modules'), '/node_modules'],
  ];
  const app = {
    image: IMAGE,
    command: ['/node', '/app/server.js'],
    networks: [NAME],
    environment: {
      REDIS_CLUSTER_NODES: [1, 2, 3].map((number) => `${NAME}-node-${number}:${PORT + number - 1}`).join(','),
    },
    ports: [`127.0.0.1:${APP_PORT}:8080`],
    volumes: mounts.map(([from, to]) => `${from}:${to}:ro`),
  };
  // The example's own network is of the cluster of another name.
  const networks = { [NAME]: { external: true }, rcluster: { external: true, name: NAME } };
  writeFileSync(OVERRIDE, JSON.stringify({ services: { app }, networks }));
}
