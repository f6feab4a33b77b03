import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatusReport, UpResult } from '../../src/index.js';
import { leftoversOf, RunningCommand } from '../helpers/cli-scene.js';
import { removeTraces } from '../helpers/docker.js';
import { firstPortOf } from '../helpers/ports.js';
import { documentsOf, folderOfTheFile, rcluster, rclusterSucceeds, succeed } from '../helpers/run.js';

/** What the containers of a cluster may do, and who reaches them. */

const NAME = 'hardened';
const PORT = firstPortOf(import.meta.filename);
const OPTIONS = ['--base-port', String(PORT), '--wait', '120'];
const LONG = { timeout: 180_000 };
const PORTS = [0, 1, 2, 3, 4, 5].map((offset) => PORT + offset);
const NODES = PORTS.map((_, index) => `${NAME}-node-${index + 1}`);
/** What `find` finds of a node's data that another user than the server's owns, or may read. */
const FOREIGN = 'find /data ! -user 999; find /data -perm /077 ! -type d';

const command = documentsOf(NAME);
const within = (node: string, ...words: string[]) => succeed('docker', ['exec', node, ...words]);

beforeAll(async () => {
  await removeTraces(NAME);
  await rclusterSucceeds(['up', '-q', '-c', NAME, ...OPTIONS], { timeoutMs: 180_000 });
}, 240_000);

afterAll(async () => {
  await rclusterSucceeds(['down', '-q', '-c', NAME]);
  expect(await leftoversOf(NAME)).toEqual([]);
});

describe('a node', () => {
  it.each(NODES)('%s is confined, as the engine says', async (node) => {
    const [inspected] = JSON.parse(await succeed('docker', ['inspect', node])) as {
      Config: { User: string };
      HostConfig: Record<string, unknown>;
    }[];
    expect(inspected?.Config.User).toBe('999:999');
    expect(inspected?.HostConfig).toMatchObject({
      CapDrop: ['ALL'],
      CapAdd: null,
      Privileged: false,
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      PidsLimit: 256,
      Memory: 2 * 1024 ** 3,
    });
  });

  it('is confined, as its kernel says', async () => {
    const status = await within(NODES[0] ?? '', 'cat', '/proc/1/status');
    expect(status).toMatch(/^Uid:\s+999\s+999\s/m);
    expect(status).toMatch(/^CapEff:\s+0{16}$/m);
    expect(status).toMatch(/^CapBnd:\s+0{16}$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    await expect(within(NODES[0] ?? '', 'touch', '/usr/bin/mine')).rejects.toThrow(/Read-only file system/);
  });

  it('has its data for itself', async () => {
    await rclusterSucceeds(['cli', '-c', NAME, 'set', 'key', 'value']);
    expect(await Promise.all(NODES.map((node) => within(node, 'sh', '-c', FOREIGN)))).toEqual(
      NODES.map(() => ''),
    );
    expect(await within(NODES[0] ?? '', 'stat', '-c', '%a %u', '/data')).toBe('700 999\n');
  });
});

describe('from another address of the machine', () => {
  /** Other tests' networks come and go. */
  const others = () =>
    Object.values(networkInterfaces())
      .flatMap((addresses = []) => addresses)
      .filter(({ internal, family }) => !internal && family === 'IPv4')
      .map(({ address }) => address);

  it('no port is open, nor that of a cluster bus', async () => {
    const before = others();
    expect(before.length).toBeGreaterThan(0);
    // The scan sees what is open.
    expect(await isOpen('127.0.0.1', PORT)).toBe(true);
    const ports = PORTS.flatMap((port) => [port, port + 10_000]);
    const looks = before.flatMap((address) => ports.map((port) => ({ address, port })));
    const open = await Promise.all(
      looks.map(async (look) => ((await isOpen(look.address, look.port)) ? [look] : [])),
    );
    // An address that is no longer this machine's is somebody else's.
    const still = others();
    expect(open.flat().filter(({ address }) => still.includes(address))).toEqual([]);
  });

  it('a cluster without a password is let in on when that is asked for by name', async () => {
    const [address = ''] = others();
    const bound = ['up', '--dry-run', '-c', 'bound', '--bind', address];
    const refused = await rcluster(bound);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/--bind: .* lets in anybody who reaches this host: --password/);
    for (const consent of [['--insecure'], ['--password-file', '/dev/null'], ['--tls-auth-clients', 'yes']])
      expect((await rcluster([...bound, ...consent])).stderr).not.toContain('lets in anybody');
  });
});

describe('data that another user owns', () => {
  it('is given to the server, as after an upgrade or from an older version', LONG, async () => {
    await rclusterSucceeds(['cli', '-c', NAME, 'set', 'kept', 'yes']);
    await command('down', '--keep-data');
    const mounts = NODES.flatMap((node) => ['-v', `${node}:/volumes/${node}`]);
    const image = ['--entrypoint', 'chown', 'rcluster/redis:7'];
    await succeed('docker', ['run', '--rm', '-u', '0', ...mounts, ...image, '-R', '4242:4242', '/volumes']);
    await command<UpResult>('up', ...OPTIONS);
    expect(await rclusterSucceeds(['cli', '-c', NAME, 'get', 'kept'])).toBe('yes\n');
    expect(await within(NODES[0] ?? '', 'sh', '-c', 'find /data ! -user 999')).toBe('');
  });
});

describe('two users of one engine', () => {
  it('wait for each other, whose state folders do not meet', LONG, async () => {
    const homes = ['a', 'b'].map((user) => join(folders, user));
    const name = 'shared';
    const up = ['up', '-q', '--json', '-c', name, '--base-port', String(PORT + 20), '--wait', '120'];
    try {
      const commands = homes.map((home) => new RunningCommand(up, home));
      const results = await Promise.all(commands.map(({ ended }) => ended));
      expect(results.map(({ code, stderr }) => [code, stderr])).toEqual([
        [0, ''],
        [0, ''],
      ]);
      const changed = results.map(({ stdout }) => (JSON.parse(stdout) as UpResult).changed);
      expect(changed.sort()).toEqual([false, true]);
      const env = { RCLUSTER_HOME: homes[1] };
      const status = await rclusterSucceeds(['status', '-c', name, '--json'], { env });
      expect(JSON.parse(status) as StatusReport).toMatchObject({ state: 'ok', findings: [] });
    } finally {
      await rcluster(['down', '-q', '-c', name]);
    }
    expect(await leftoversOf(name)).toEqual([]);
  });
});

const folders = folderOfTheFile();

async function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket
      .once('connect', () => end(true))
      .once('error', () => end(false))
      .once('timeout', () => end(false));
  });
}
