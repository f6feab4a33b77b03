import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { connect as connectEncrypted } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchReport, CheckupReport, KillResult, StatusReport } from '../../src/index.js';
import { createAuthority, issueCertificate } from '../../src/operations/access/certificates.js';
import { leftoversOf } from '../helpers/cli-scene.js';
import { firstPortOf } from '../helpers/ports.js';
import { documentsOf, folderOfTheFile, HOME, rcluster, rclusterSucceeds, succeed } from '../helpers/run.js';

/**
 * The main commands on clusters that let in whom they should. `npm run matrix` takes every way of access and both servers; here
 * it is the one that has all of it, passwords, users of an ACL file, TLS and client certificates, and on the server that moves
 * slots by itself the one with users.
 */

const FILES = folderOfTheFile();
const SECRET = 'sesame-7f3a9c';
const APP_SECRET = 'app-51d20e';
writeFileSync(join(FILES, 'password'), `${SECRET}\n`);
writeFileSync(join(FILES, 'users.acl'), `user app on >${APP_SECRET} ~app:* &* +@all -@dangerous\n`);

const PASSWORD = ['--password-file', join(FILES, 'password')];
const ACL = [...PASSWORD, '--acl-file', join(FILES, 'users.acl')];
const WAYS: Readonly<Record<string, readonly string[]>> = {
  open: [],
  password: PASSWORD,
  acl: ACL,
  tls: ['--tls'],
  'client certificates': [...ACL, '--tls-auth-clients', 'yes'],
};
const IMAGES = ['redis:7', 'valkey/valkey:9'];
const isWhole = process.env['ACCESS_MATRIX'] === 'all';
const MATRIX = isWhole
  ? IMAGES.flatMap((image) => Object.keys(WAYS).map((way) => ({ way, image })))
  : [
      { way: 'client certificates', image: 'redis:7' },
      { way: 'acl', image: 'valkey/valkey:9' },
    ];

const PORT = firstPortOf(import.meta.filename);
const LONG = { timeout: 180_000 };

describe.each(MATRIX)('$way on $image', ({ way, image }) => {
  const name = 'access';
  const command = documentsOf(name);
  const isEncrypted = WAYS[way]?.some((word) => word.startsWith('--tls')) === true;
  const hasPassword = WAYS[way]?.includes('--password-file') === true;

  beforeAll(async () => {
    const asked = ['--base-port', String(PORT), '--image', image, ...(WAYS[way] ?? [])];
    await rclusterSucceeds(['up', '-q', '-c', name, '--wait', '120', ...asked], { timeoutMs: 180_000 });
  }, 240_000);

  afterAll(async () => {
    await rclusterSucceeds(['down', '-q', '-c', name]);
    expect(await leftoversOf(name)).toEqual([]);
  });

  it('answers whom it should, and nobody else', async () => {
    const answer = await bareAnswer(isEncrypted);
    if (hasPassword || isEncrypted) expect(answer).toMatch(isEncrypted ? /refused/ : /^-NOAUTH/);
    else expect(answer).toBe('+PONG\r\n');
    expect(await rclusterSucceeds(['cli', '-c', name, 'set', 'app:1', 'x'])).toBe('OK\n');
    if (hasPassword)
      expect(await rclusterSucceeds(['cli', '-c', name, String(PORT), 'acl', 'whoami'])).toBe('default\n');
  });

  it.runIf(isEncrypted)('refuses the certificate of another authority', async () => {
    const stranger = await issueCertificate(await createAuthority('stranger'), 'client', []);
    const ca = readFileSync(join(HOME, 'clusters', name, 'ca.crt'), 'utf8');
    if (way === 'client certificates') expect(await encryptedAnswer({ ca, ...stranger })).toMatch(/refused/);
    const own = (file: string) => readFileSync(join(HOME, 'clusters', name, file), 'utf8');
    const answer = await encryptedAnswer({ ca, cert: own('client.crt'), key: own('client.key') });
    expect(answer).toMatch(hasPassword ? /^-NOAUTH/ : /^\+PONG/);
  });

  it('obeys the main commands', LONG, async () => {
    await command('add-master', '--replicas', '0');
    const { nodes } = await command<StatusReport>('rebalance', '--weight', 'node-1=2');
    expect(nodes.every(({ slotCount, role }) => role === 'replica' || slotCount > 0)).toBe(true);
    await command('failover', 'node-4');
    const { writes, promoted } = await command<KillResult>('kill', '--master', 'node-4');
    expect([promoted, writes?.failed !== undefined]).toEqual(['node-1', true]);
    await command('start', 'node-4');
    await command('remove', 'node-7', '--yes');
    const bench = await command<BenchReport>('bench', '--ops', '2000', '--warm-up', '0', '--keyspace', '100');
    expect(bench.result).toMatchObject({ errors: [], ok: 2000, failed: 0 });
    expect((await rclusterSucceeds(['keys', 'app:*', '-c', name])).trim()).toBe('app:1');
    expect(await rclusterSucceeds(['call', '-q', '-c', name, '--on', String(PORT), 'ping'])).toContain(
      'PONG',
    );
    const explained = await rclusterSucceeds(['explain', '-q', '--json', '-c', name, 'GET', 'app:1']);
    expect(JSON.parse(explained)).toMatchObject({ runs: true });
    const { findings } = await command<CheckupReport>('doctor');
    expect(findings.some(({ code }) => code === 'NO_PASSWORD')).toBe(!hasPassword);
    await command('check');
  });

  it.runIf(hasPassword)('changes its password under clients that know both', LONG, async () => {
    await command('rotate-password');
    expect(await rclusterSucceeds(['cli', '-c', name, 'get', 'app:1'])).toBe('x\n');
    await command('stop', 'node-6');
    await command('start', 'node-6');
    await command('check');
    const env = { REDISCLI_AUTH: SECRET };
    const cli = await rcluster(['cli', '-c', name, String(PORT), 'ping'], { env });
    expect(cli.stdout).toBe('PONG\n');
  });

  it.runIf(hasPassword)('tells its secrets to nobody', LONG, async () => {
    const folder = join(HOME, 'clusters', name);
    const { client, admin, replication } = JSON.parse(
      readFileSync(join(folder, 'secrets.json'), 'utf8'),
    ) as Record<string, string[]>;
    const secrets = [SECRET, APP_SECRET, ...(client ?? []), ...(admin ?? []), ...(replication ?? [])];
    expect(secrets.length).toBeGreaterThan(4);
    const ids = (await succeed('docker', ['ps', '-aq', '--filter', `name=^${name}-`])).trim().split('\n');
    // The load has ended before a report that has to be `ok` is asked for: beside it a node may be late.
    const bench = rclusterSucceeds(['bench', '-c', name, '--duration', '2s', '--json']);
    const seenByAll = await processes();
    const seen = [
      seenByAll,
      await bench,
      await succeed('docker', ['inspect', ...ids]),
      await succeed('docker', ['network', 'inspect', name]),
      await rclusterSucceeds(['logs', '-c', name]),
      (await rcluster(['status', '-c', name, '--json'])).stdout,
      await rclusterSucceeds(['connect', '-c', name]),
      await rclusterSucceeds(['slowlog', '-c', name, '--json']),
      (await rcluster(['doctor', '-c', name, '--debug', '--markdown'])).stdout,
      ...files(folder)
        .filter((file) => !/secrets\.json$|password$/.test(file))
        .map((file) => readFileSync(file, 'utf8')),
    ];
    for (const text of seen) expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    for (const file of files(folder)) expect([file, statSync(file).mode & 0o077]).toEqual([file, 0]);
  });
});

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );
}

/** Every process of this machine with its arguments. */
async function processes(): Promise<string> {
  return succeed('ps', ['-eo', 'args', '-ww']);
}

/** What a client that brings nothing is answered. */
async function bareAnswer(isEncrypted: boolean): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(PORT, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      // A TLS alert, or nothing, is all that plain text is worth to a server that wants TLS.
      resolve(isEncrypted && data[0] === 0x15 ? 'refused' : data.toString());
      socket.destroy();
    });
    for (const event of ['close', 'error']) socket.once(event, () => resolve('refused'));
  });
}

async function encryptedAnswer(options: { ca: string; cert: string; key: string }): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectEncrypted({ host: '127.0.0.1', port: PORT, ...options }, () =>
      socket.write('PING\r\n'),
    );
    socket.once('data', (data: Buffer) => {
      resolve(data.toString());
      socket.destroy();
    });
    for (const event of ['close', 'error'])
      socket.once(event, (why: unknown) => resolve(`refused: ${String(why)}`));
  });
}
