import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_SOCKET, dockerHost } from '../../../src/config/docker-host.js';
import { temporaryFolder } from '../helpers/temp-folder.js';

const DEFAULT = { url: 'unix:///var/run/docker.sock', source: DEFAULT_SOCKET, tlsFolder: undefined };
const contextId = (name: string) => createHash('sha256').update(name).digest('hex');

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

async function currentContext(name: string): Promise<void> {
  await writeFile(join(folder, 'config.json'), JSON.stringify({ currentContext: name }));
}

async function context(name: string, host: string): Promise<void> {
  const meta = join(folder, 'contexts', 'meta', contextId(name));
  await mkdir(meta, { recursive: true });
  const text = JSON.stringify({ Name: name, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } });
  await writeFile(join(meta, 'meta.json'), text);
}

const found = (env: NodeJS.ProcessEnv = {}) => dockerHost({ DOCKER_CONFIG: folder, ...env });

describe('DOCKER_HOST', () => {
  test('goes before everything else', async () => {
    await context('colima', 'unix:///home/me/.colima/docker.sock');
    await currentContext('colima');
    expect(await found({ DOCKER_HOST: 'tcp://10.0.0.5:2375', DOCKER_CONTEXT: 'colima' })).toEqual({
      url: 'tcp://10.0.0.5:2375',
      source: 'DOCKER_HOST',
      tlsFolder: undefined,
    });
  });

  test('uses the certificates when TLS is asked for', async () => {
    const env = { DOCKER_HOST: 'tcp://10.0.0.5:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    expect((await found(env)).tlsFolder).toBe('/certs');
  });

  test('leaves the certificates alone otherwise', async () => {
    const env = { DOCKER_HOST: 'tcp://10.0.0.5:2376', DOCKER_CERT_PATH: '/certs' };
    expect((await found(env)).tlsFolder).toBeUndefined();
  });

  test('counts for nothing while it is empty', async () => {
    expect(await found({ DOCKER_HOST: '' })).toEqual(DEFAULT);
  });
});

describe('the current context', () => {
  test('says where the engine is', async () => {
    await context('colima', 'unix:///home/me/.colima/docker.sock');
    await currentContext('colima');
    expect(await found()).toEqual({
      url: 'unix:///home/me/.colima/docker.sock',
      source: 'docker context colima',
      tlsFolder: undefined,
    });
  });

  test('has certificates of its own for tcp', async () => {
    await context('lab', 'tcp://lab.example:2376');
    await currentContext('lab');
    expect((await found()).tlsFolder).toBe(join(folder, 'contexts', 'tls', contextId('lab'), 'docker'));
  });

  test('gives way to DOCKER_CONTEXT', async () => {
    await context('one', 'unix:///one.sock');
    await context('two', 'unix:///two.sock');
    await currentContext('one');
    expect((await found({ DOCKER_CONTEXT: 'two' })).url).toBe('unix:///two.sock');
  });

  test('counts while DOCKER_CONTEXT is empty, as it does for the docker command', async () => {
    await context('one', 'unix:///one.sock');
    await currentContext('one');
    expect((await found({ DOCKER_CONTEXT: '' })).url).toBe('unix:///one.sock');
  });

  test('called default is the default socket, whatever the folder of contexts says', async () => {
    await context('default', 'unix:///other.sock');
    expect(await found({ DOCKER_CONTEXT: 'default' })).toEqual(DEFAULT);
  });

  test.each(['default', 'one that is gone'])('%j is the default socket', async (name) => {
    await currentContext(name);
    expect(await found()).toEqual(DEFAULT);
  });
});

describe('the default socket', () => {
  test('is taken when there is no configuration', async () => expect(await found()).toEqual(DEFAULT));

  test('is taken when the configuration cannot be read', async () => {
    await writeFile(join(folder, 'config.json'), '{"currentContext":');
    expect(await found()).toEqual(DEFAULT);
  });

  test('is taken when the context names no docker endpoint', async () => {
    await context('k8s', '');
    await currentContext('k8s');
    expect(await found()).toEqual(DEFAULT);
  });
});
