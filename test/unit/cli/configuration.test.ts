import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { RclusterError } from '../../../src/base/errors.js';
import type { Invocation } from '../../../src/cli/adder.js';
import { configure, explained, type Configuration } from '../../../src/cli/configuration.js';
import { buildProgram } from '../../../src/cli/program.js';
import { rejectionOf } from '../helpers/errors.js';
import { temporaryFolder } from '../helpers/temp-folder.js';

const FILE = `version: 1
cluster: lab
clusters:
  lab: { masters: 4, any-port: true, set: { hz: 20 } }
  next: { masters: 5 }
commands:
  bench: { duration: 5s, rate: 100 }
  up: { json: true }
`;

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
  for (const name of Object.keys(process.env)) if (name.startsWith('RCLUSTER_')) vi.stubEnv(name, undefined);
  vi.stubEnv('RCLUSTER_HOME', join(folder, 'home'));
});

const writeProject = (text = FILE) => writeFile(join(folder, 'rcluster.yaml'), text);

async function configured(line: string): Promise<Configuration> {
  const invocations: Invocation[] = [];
  const program = buildProgram('1.2.3', (invocation) => {
    invocations.push(invocation);
    return Promise.resolve();
  });
  await program.parseAsync(line.split(' '), { from: 'user' });
  const [invocation] = invocations;
  if (invocation === undefined) throw new Error('nothing was invoked');
  return configure(program, invocation);
}

const optionsOf = async (line: string) => (await configured(line)).options;

test('flags go before variables, these before the file, and that before defaults', async () => {
  await writeProject();
  expect(await optionsOf('up')).toEqual({ masters: 4, anyPort: true, set: { hz: '20' }, json: true });
  vi.stubEnv('RCLUSTER_MASTERS', '6');
  vi.stubEnv('RCLUSTER_ANY_PORT', '0');
  expect(await optionsOf('up')).toMatchObject({ masters: '6', anyPort: false });
  expect(await optionsOf('up --masters 7 --any-port --no-json --set hz=50 --set save=')).toEqual({
    ...{ masters: '7', anyPort: true, json: false },
    set: { hz: '50', save: '' },
  });
  expect(await optionsOf('up -c next')).toMatchObject({ masters: '6' });
  expect((await optionsOf('up -c next'))['set']).toBeUndefined();
  expect(await optionsOf('add-master')).toEqual({ rebalance: true });
});

test('a flag takes from the file what cannot be given together with it', async () => {
  await writeProject();
  expect(await optionsOf('bench --ops 9')).toEqual({ ops: '9', rate: 100 });
});

describe('the cluster that is meant', () => {
  const cluster = async (line: string) => (await configured(line)).cluster;

  test('is that of the flag, of the variable, of the file, of rcluster use, or the default', async () => {
    expect(await cluster('status')).toEqual({ value: 'rcluster', origin: 'default' });
    await mkdir(join(folder, 'home'));
    await writeFile(join(folder, 'home', 'default-cluster'), 'used\n');
    expect(await cluster('status')).toEqual({ value: 'used', origin: 'rcluster use' });
    await writeProject();
    expect(await cluster('status')).toEqual({ value: 'lab', origin: 'rcluster.yaml:2' });
    vi.stubEnv('RCLUSTER_CLUSTER', 'env');
    expect(await cluster('status')).toEqual({ value: 'env', origin: 'RCLUSTER_CLUSTER' });
    expect(await cluster('status -c flag')).toEqual({ value: 'flag', origin: 'flag' });
  });

  test('is the default where what was remembered can be no name', async () => {
    await mkdir(join(folder, 'home'));
    await writeFile(join(folder, 'home', 'default-cluster'), '../../etc');
    expect(await cluster('status')).toEqual({ value: 'rcluster', origin: 'default' });
  });
});

describe('the file', () => {
  test('may be named by a flag or a variable', async () => {
    await writeFile(join(folder, 'other.yaml'), FILE.replace('masters: 4', 'masters: 9'));
    expect(await optionsOf(`up --config ${folder}/other.yaml`)).toMatchObject({ masters: 9 });
    vi.stubEnv('RCLUSTER_CONFIG', join(folder, 'other.yaml'));
    expect(await optionsOf('up')).toMatchObject({ masters: 9 });
  });

  test('that is wrong ends every command but those that are about it', async () => {
    await writeProject('version: 1\nmasters: 3');
    expect(await rejectionOf(configured('status'))).toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(configured('config check')).resolves.toBeDefined();
    await expect(configured('config init')).resolves.toBeDefined();
  });
});

test('a variable that is wrong is an error', async () => {
  vi.stubEnv('RCLUSTER_ANY_PORT', 'maybe');
  expect(await rejectionOf(configured('up'))).toMatchObject({
    code: 'CONFIG_INVALID',
    message: 'RCLUSTER_ANY_PORT: must be 1 or 0, or true or false',
  });
});

describe('an error', () => {
  test('of a value says who gave it', async () => {
    await writeProject();
    const thrown = new RclusterError('CLUSTER_DIFFERS', '"lab" exists', {
      details: ['--masters: asked for 4, the cluster has 3'],
    });
    expect(explained(thrown, await configured('up'))).toMatchObject({
      code: 'CLUSTER_DIFFERS',
      details: ['--masters: asked for 4, the cluster has 3 [rcluster.yaml:4]'],
    });
  });

  test('of a cluster that does not exist says who named it', async () => {
    await mkdir(join(folder, 'home'));
    await writeFile(join(folder, 'home', 'default-cluster'), 'gone');
    const thrown = new RclusterError('CLUSTER_UNKNOWN', 'no cluster is called "gone"', {
      hint: 'rcluster up makes one',
    });
    expect(explained(thrown, await configured('status'))).toMatchObject({
      message: 'no cluster is called "gone", which rcluster use names',
      hint: 'rcluster up makes it; rcluster use NAME chooses another',
    });
    expect(explained(thrown, await configured('status -c gone'))).toBe(thrown);
  });
});
