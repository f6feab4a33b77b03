import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatusReport } from '../../src/index.js';
import { createAuthority, issueCertificate } from '../../src/operations/access/certificates.js';
import { isInstalled, leftoversOf, PROGRAM, until } from '../helpers/cli-scene.js';
import { removeTraces } from '../helpers/docker.js';
import { firstPortOf } from '../helpers/ports.js';
import {
  folderOfTheFile,
  HOME,
  rcluster,
  rclusterSucceeds,
  succeed,
  type RunOptions,
} from '../helpers/run.js';

/**
 * A cluster for the network of this machine, as a file describes it: certificates and users of one's own, and a password from the
 * environment. What access.test.ts does with certificates that rcluster makes is not done again.
 */

const NAME = 'guarded';
const PORT = firstPortOf(import.meta.filename);
const LONG = { timeout: 180_000 };
const OLD = 'sesame-old-31';
const NEW = 'sesame-new-72';
const FILES = folderOfTheFile();
const address =
  Object.values(networkInterfaces())
    .flatMap((all = []) => all)
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '';

const inProject = (password: string): RunOptions => ({
  cwd: FILES,
  env: { RCLUSTER_PASSWORD: password },
  timeoutMs: 180_000,
});
let ca = '';

beforeAll(async () => {
  await removeTraces(NAME);
  const authority = await createAuthority('mine');
  const { cert, key } = await issueCertificate(authority, 'nodes', [address, '127.0.0.1', 'localhost']);
  ca = authority.cert;
  writeFileSync(join(FILES, 'ca.crt'), ca);
  writeFileSync(join(FILES, 'node.crt'), cert);
  writeFileSync(join(FILES, 'node.key'), key);
  writeFileSync(join(FILES, 'users.acl'), 'user app on >app-secret ~app:* +@all -@dangerous\n');
  writeFileSync(
    join(FILES, 'rcluster.yaml'),
    `version: 1
cluster: ${NAME}
clusters:
  ${NAME}:
    base-port: ${PORT}
    bind: ${address}
    announce: ${address}
    acl-file: users.acl
    tls-cert: node.crt
    tls-key: node.key
    tls-ca: ca.crt
`,
  );
  await rclusterSucceeds(['up', '-q', '--wait', '120'], inProject(OLD));
}, 240_000);

afterAll(async () => {
  await rclusterSucceeds(['down', '-q', '-c', NAME]);
  expect(await leftoversOf(NAME)).toEqual([]);
});

const client = (password: string) =>
  new Cluster([{ host: address, port: PORT }], {
    redisOptions: { username: 'default', password, tls: { ca }, commandTimeout: 5_000 },
  });

describe('a cluster for the network', () => {
  it('shows the certificate that was brought', async () => {
    const socket = connect({ host: address, port: PORT, ca });
    const shown = await new Promise<string>((resolve, reject) => {
      socket.once('secureConnect', () => resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? ''));
      socket.once('error', reject);
    });
    socket.destroy();
    expect(shown).toBe(new X509Certificate(readFileSync(join(FILES, 'node.crt'))).fingerprint256);
  });

  it('serves a container of another network by the address that it announces', LONG, async () => {
    const tls = ['--tls', '--cacert', '/mine/ca.crt', '--user', 'app', '--no-auth-warning'];
    const cli = ['redis-cli', '-c', '-h', address, '-p', String(PORT), ...tls];
    const container = ['run', '--rm', '-v', `${FILES}:/mine:ro`, '-e', 'REDISCLI_AUTH=app-secret'];
    const run = async (...words: string[]) =>
      (await succeed('docker', [...container, '--user', '0', 'rcluster/redis:7', ...cli, ...words])).trim();
    const keys = ['app:a', 'app:b', 'app:c', 'app:d'];
    for (const key of keys) expect(await run('set', key, '1')).toBe('OK');
    expect(await run('set', 'other', '1')).toMatch(/NOPERM|No permissions/);
    const status = JSON.parse(await rclusterSucceeds(['status', '--json'], inProject(OLD))) as StatusReport;
    const owners = status.nodes.filter(({ role, keys: held }) => role === 'master' && (held ?? 0) > 0);
    expect(owners.length).toBeGreaterThan(1);
  });

  it('is healthy to the engine, which asks with a password and over TLS', LONG, async () => {
    const states = [
      'inspect',
      '-f',
      '{{.State.Health.Status}}',
      ...[1, 4].map((node) => `${NAME}-node-${node}`),
    ];
    await until(
      'the engine to have asked',
      async () => ((await succeed('docker', states)) === 'healthy\nhealthy\n' ? true : undefined),
      90_000,
    );
  });
});

describe('rotate-password', () => {
  it('fails no command of clients that know both passwords', LONG, async () => {
    const over = new AbortController();
    const errors: string[] = [];
    let [steady, fresh] = [0, 0];
    const staying = client(OLD);
    staying.on('error', (error) => errors.push(`staying: ${String(error)}`));
    await staying.set('rotating', '0');
    const stay = (async () => {
      for (; !over.signal.aborted; steady += 1)
        await staying
          .set(`rotating:${steady % 100}`, '1')
          .catch((error: unknown) => errors.push(String(error)));
    })();
    const come = (async () => {
      for (; !over.signal.aborted; fresh += 1) {
        const refusals = await comesIn([OLD, NEW]);
        if (refusals !== undefined) errors.push(`fresh: ${refusals}`);
      }
    })();
    await until('both to be at work', async () =>
      steady > 10 && fresh > 2 ? Promise.resolve(true) : undefined,
    );
    await rclusterSucceeds(['rotate-password', '-q'], inProject(NEW));
    const before = fresh;
    await until('some to come after it', async () =>
      fresh > before + 3 ? Promise.resolve(true) : undefined,
    );
    over.abort();
    await Promise.all([stay, come]);
    staying.disconnect();
    expect(errors).toEqual([]);
    expect(await comesIn([OLD])).toMatch(/WRONGPASS/);
    expect(await comesIn([NEW])).toBeUndefined();
    expect(await rclusterSucceeds(['cli', '-c', NAME, 'set', 'rotated', '1'], inProject(NEW))).toBe('OK\n');
  });
});

/** A new connection with the first of the passwords that is let in; why not, when none is. */
async function comesIn(passwords: readonly string[]): Promise<string | undefined> {
  const refusals: string[] = [];
  for (const password of passwords) {
    const redis = new Redis({ host: address, port: PORT, password, tls: { ca }, retryStrategy: () => null });
    redis.on('error', (error) => refusals.push(String(error)));
    const answer = await redis.ping().catch((error: unknown) => refusals.push(String(error)));
    redis.disconnect();
    if (answer === 'PONG') return undefined;
  }
  return refusals.join(', ');
}

describe.runIf(isInstalled('script'))('a password on a terminal', () => {
  it('is asked for, is not shown, and opens the cluster', LONG, async () => {
    const name = 'prompted';
    const typed = 'typed-on-the-terminal';
    mkdirSync(join(FILES, 'elsewhere'));
    const up = `up -c ${name} --runtime process --base-port ${PORT + 20} --password`;
    const terminal = spawn('script', ['-qec', `${process.execPath} ${PROGRAM} ${up}`, '/dev/null'], {
      cwd: join(FILES, 'elsewhere'),
      env: { ...process.env, RCLUSTER_HOME: HOME, RCLUSTER_CONFIG: undefined, TERM: 'xterm' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let screen = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => (screen += text));
    const ended = new Promise<number | null>((resolve) => terminal.once('exit', resolve));
    try {
      await until('the question', async () =>
        screen.includes('Password') ? Promise.resolve(true) : undefined,
      );
      terminal.stdin.write(`${typed}\r`);
      expect([await ended, screen]).toEqual([0, expect.not.stringContaining(typed)]);
      const env = { RCLUSTER_PASSWORD: undefined };
      expect(await rclusterSucceeds(['cli', '-c', name, 'set', 'k', 'v'], { env })).toBe('OK\n');
      const refused = new Redis({ port: PORT + 20, password: 'wrong', retryStrategy: () => null });
      refused.on('error', () => undefined);
      await expect(refused.ping()).rejects.toThrow();
      const right = new Redis({ port: PORT + 20, password: typed });
      expect(await right.ping()).toBe('PONG');
      right.disconnect();
    } finally {
      terminal.kill();
      await rcluster(['down', '-q', '-c', name]);
    }
  });
});
