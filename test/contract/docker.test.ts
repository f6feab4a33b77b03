import { networkInterfaces } from 'node:os';
import { connect } from 'node:net';
import Docker from 'dockerode';
import { describe, expect, onTestFinished, test } from 'vitest';
import { silent } from '../../src/base/events.js';
import { LABEL } from '../../src/config/labels.js';
import { nodeSpec } from '../../src/config/types.js';
import { DockerRuntime } from '../../src/runtimes/docker/docker-runtime.js';
import { carrierOptions } from '../../src/runtimes/docker/translate.js';
import { firstPortOf } from '../helpers/ports.js';
import { folderOfTheFile } from '../helpers/run.js';
import {
  Subject,
  contractSpec,
  debugLog,
  describeRuntimeContract,
  failureOf,
  holdPort,
} from './runtime-contract.js';

const PREFIX = 'ct-docker-';
// Before any cluster is made. Not vi.stubEnv: the configuration undoes that after each test.
process.env['RCLUSTER_HOME'] = folderOfTheFile();
const IMAGE = 'redis:7-alpine';
const docker = new Docker();

const containerOf = (cluster: string, node: string) => docker.getContainer(`${cluster}-${node}`);

const PORT = firstPortOf(import.meta.filename);

describeRuntimeContract('docker', () => DockerRuntime.connect(), {
  prefix: PREFIX,
  firstPort: PORT,
  image: IMAGE,
  answersOverTcp: true,
  inAnotherProcess: `
    import('./src/runtimes/docker/docker-runtime.ts').then(({ DockerRuntime }) => DockerRuntime.connect())`,
  outside: {
    freeze: (spec, node) => containerOf(spec.name, node).pause(),
    writeLog: debugLog,
    holdPort,
    serverExists: async (reference) => (await docker.getImage(reference).inspect()).Id !== '',
    sweep,
  },
});

interface Found {
  readonly containers: readonly string[];
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
}

/** What the engine has under names that start so, whoever made it. */
async function found(prefix: string): Promise<Found> {
  const [containers, { Volumes }, networks] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listVolumes(),
    docker.listNetworks(),
  ]);
  const ours = (names: readonly string[]) => names.filter((name) => name.startsWith(prefix)).sort();
  return {
    containers: ours(containers.flatMap(({ Names }) => Names).map((name) => name.slice(1))),
    volumes: ours(Volumes.map(({ Name }) => Name)),
    networks: ours(networks.map(({ Name }) => Name)),
  };
}

/** Volumes that the engine made up a name for, since an image declares one where nothing was mounted. */
async function nameless(): Promise<string[]> {
  const { Volumes } = await docker.listVolumes({ filters: { dangling: ['true'] } });
  return Volumes.map(({ Name }) => Name)
    .filter((name) => /^[0-9a-f]{64}$/.test(name))
    .sort();
}

async function sweep(): Promise<void> {
  const { containers, volumes, networks } = await found(PREFIX);
  for (const name of containers) await docker.getContainer(name).remove({ force: true, v: true });
  for (const name of volumes) await docker.getVolume(name).remove({ force: true });
  for (const name of networks) await docker.getNetwork(name).remove();
}

describe('nodes as containers', { timeout: 30_000 }, () => {
  let clusters = 0;

  async function planned(): Promise<Subject> {
    clusters += 1;
    const runtime = await DockerRuntime.connect();
    const name = `${PREFIX}x${clusters}`;
    const spec = contractSpec({ name, basePort: PORT + 140 + 2 * clusters, image: IMAGE });
    onTestFinished(async () => {
      await runtime.removeCluster(spec.name, { keepData: false });
    }, 10_000);
    return new Subject(runtime, spec, await runtime.prepare(spec, { emit: silent, signal: undefined }));
  }

  const made = async () => (await planned()).createCluster();

  test('carry the labels by which they are found: ours, and those of compose', async () => {
    const subject = await made();
    await subject.create(2);
    const { name, basePort } = subject.spec;
    const filters = { label: [`${LABEL.cluster}=${name}`] };
    const [container] = await docker.listContainers({ all: true, filters });
    expect(container?.Names).toEqual([`/${name}-node-2`]);
    expect(container?.Labels).toMatchObject({
      [LABEL.cluster]: name,
      [LABEL.node]: '2',
      [LABEL.port]: String(basePort + 1),
      [LABEL.spec]: JSON.stringify(subject.spec),
      'com.docker.compose.project': name,
      'com.docker.compose.service': 'node-2',
    });
    expect((await docker.listVolumes({ filters })).Volumes.map(({ Name }) => Name)).toEqual([
      `${name}-node-2`,
    ]);
    expect((await docker.listNetworks({ filters })).map(({ Name }) => Name)).toEqual([name]);
  });

  test('have the address that createNodes told, and publish their port on 127.0.0.1 alone', async () => {
    const subject = await made();
    const address = await subject.create(2);
    await subject.start(2);
    await subject.runId(2);
    const { port } = nodeSpec(subject.spec, 2);
    const { NetworkSettings } = await containerOf(subject.spec.name, 'node-2').inspect();
    const networks = Object.entries(NetworkSettings.Networks);
    expect(networks.map(([name, { IPAddress }]) => [name, IPAddress])).toEqual([
      [subject.spec.name, address],
    ]);
    const ports: Record<string, readonly unknown[] | null> = NetworkSettings.Ports;
    expect(Object.entries(ports).filter(([, bindings]) => bindings !== null)).toEqual([
      [`${port}/tcp`, [{ HostIp: '127.0.0.1', HostPort: String(port) }]],
    ]);
    const elsewhere = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal);
    for (const host of elsewhere) expect(await answers(host.address, port)).toBe(false);
    expect(await answers('127.0.0.1', port)).toBe(true);
  });

  test('leave neither container nor volume nor network behind', async () => {
    const before = await nameless();
    const subject = await (await made()).boot(1, 2);
    const { name } = subject.spec;
    const activity = { emit: silent, signal: undefined };
    for (const place of ['network', 'trial', 'data'] as const) {
      await subject.runtime.runHelper(name, 'node-1', place, { script: 'exit "$1"', args: ['1'] }, activity);
    }
    const own = { label: [`${LABEL.cluster}=${name}`] };
    expect(await docker.listContainers({ all: true, filters: own })).toHaveLength(2);
    const nodes = [`${name}-node-1`, `${name}-node-2`];
    expect(await found(name)).toEqual({ containers: nodes, volumes: nodes, networks: [name] });
    await subject.remove(2);
    expect(await found(name)).toEqual({
      containers: nodes.slice(0, 1),
      volumes: nodes.slice(0, 1),
      networks: [name],
    });
    await subject.removeCluster({ keepData: true });
    expect(await found(name)).toEqual({ containers: [], volumes: nodes.slice(0, 1), networks: [name] });
    await subject.removeCluster();
    expect(await found(name)).toEqual({ containers: [], volumes: [], networks: [] });
    expect(await nameless()).toEqual(before);
  });

  test('what a killed command left beside them hides no cluster, and is gone with the next nodes', async () => {
    const subject = await planned();
    const { name } = subject.spec;
    const runtime = await DockerRuntime.connect();
    const leftover = await docker.createContainer(carrierOptions(subject.spec, [], subject.server.reference));
    onTestFinished(async () => {
      await leftover.remove({ force: true, v: true }).catch(() => undefined);
    });
    // It tells of a cluster, but not of which kind.
    expect(await runtime.cluster(name)).toBeUndefined();
    expect((await runtime.clusters()).map(({ spec }) => spec.name)).not.toContain(name);
    await subject.createCluster();
    await subject.create(1);
    await expect(leftover.inspect()).rejects.toThrow('no such container');
  });

  test('are removed whole, also when their container went another way', async () => {
    const subject = await made();
    await subject.create(1);
    await subject.create(2);
    const { name } = subject.spec;
    for (const node of ['node-1', 'node-2']) await containerOf(name, node).remove({ force: true });
    await subject.remove(1);
    expect((await found(name)).volumes).toEqual([`${name}-node-2`]);
    await subject.removeCluster();
    expect(await found(name)).toEqual({ containers: [], volumes: [], networks: [] });
  });

  test('a runtime that met no network makes nodes once there is one', async () => {
    const subject = await planned();
    expect((await failureOf(subject.create(1))).code).toBe('ENGINE_ERROR');
    await subject.createCluster();
    await subject.create(1);
    expect((await subject.nodes()).map(({ name }) => name)).toEqual(['node-1']);
  });

  test('a container of that name which is not ours is said so and left alone', async () => {
    const subject = await made();
    const { name } = subject.spec;
    const foreign = await docker.createContainer({
      name: `${name}-node-1`,
      Image: subject.server.reference,
      Entrypoint: ['redis-server'],
      Cmd: ['--port', '6379'],
    });
    onTestFinished(() => foreign.remove({ force: true, v: true }));
    await foreign.start();
    const before = (await foreign.inspect()).State;
    expect(before.Running).toBe(true);

    const error = await failureOf(subject.create(1));
    expect(error.code).toBe('ENGINE_ERROR');
    expect(error.message).toContain(`${name}-node-1`);
    expect(error.hint).toContain(`${name}-node-1`);
    expect(await subject.nodes()).toEqual([]);
    // Whether these complain is theirs to decide.
    await subject.stop(1).catch(() => undefined);
    await subject.kill(1).catch(() => undefined);
    await subject.remove(1).catch(() => undefined);
    await subject.removeCluster();
    expect((await foreign.inspect()).State).toEqual(before);

    await foreign.stop();
    await subject.start(1).catch(() => undefined);
    expect((await foreign.inspect()).State.Running).toBe(false);
  });

  test('a volume of that name which is not ours is not removed', async () => {
    const subject = await made();
    const volume = `${subject.spec.name}-node-1`;
    await docker.createVolume({ Name: volume });
    onTestFinished(() =>
      docker
        .getVolume(volume)
        .remove()
        .catch(() => undefined),
    );
    // It may be refused or put to use; it is not ours to remove.
    await subject.create(1).catch(() => undefined);
    await subject.remove(1);
    await subject.removeCluster();
    expect((await found(subject.spec.name)).volumes).toEqual([volume]);
  });
});

/** Whether anything accepts a connection there. */
async function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const settle = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
  });
}
