import { beforeEach, describe, expect, test } from 'vitest';
import { RclusterError } from '../../src/base/errors.js';
import { nodeSpec } from '../../src/config/types.js';
import { CONFIG_FILE } from '../../src/runtimes/runtime.js';
import { MemoryRuntime } from '../helpers/memory-runtime.js';
import { Subject, contractSpec, describeRuntimeContract, failureOf } from './runtime-contract.js';

const soon = Promise.resolve();

/** What "this host" is to a fake: all commands of the suite find the same one. */
const host = new MemoryRuntime();

describeRuntimeContract('memory', () => Promise.resolve(host), {
  prefix: 'ct-memory-',
  firstPort: 8700,
  image: 'redis:7-alpine',
  answersOverTcp: false,
  outside: {
    freeze: (spec, node) => soon.then(() => host.freeze(spec.name, node)),
    writeLog: (spec, node, lines) => soon.then(() => host.writeLog(spec.name, node, ...lines)),
    holdPort: (port) =>
      soon.then(() => {
        const release = host.holdPort(port, `pid ${process.pid}, node`);
        return () => soon.then(release);
      }),
    serverExists: (reference) => soon.then(() => reference === 'redis:7-alpine'),
    sweep: () => soon,
  },
});

describe('the fake', () => {
  let runtime: MemoryRuntime;
  let subject: Subject;
  const spec = contractSpec({ name: 'ct-memory-x', basePort: 8700 });

  beforeEach(async () => {
    runtime = new MemoryRuntime('process');
    subject = new Subject(runtime, spec, await runtime.prepare(spec));
    await subject.createCluster();
  });

  test('writes down what it was asked to do', async () => {
    await subject.boot(1);
    await subject.removeCluster();
    expect(runtime.calls).toEqual([
      'prepare',
      'createCluster',
      'createNodes node-1',
      'startNode node-1',
      'removeCluster',
    ]);
  });

  test('fails once where it was told to', async () => {
    await subject.create(1);
    await subject.create(2);
    const error = new RclusterError('ENGINE_ERROR', 'no');
    runtime.failNext('startNode node-2', error);
    await subject.start(1);
    await expect(subject.start(2)).rejects.toBe(error);
    await subject.start(2);
    runtime.failNext('clusters', error);
    await expect(runtime.clusters()).rejects.toBe(error);
  });

  test('a node ends by itself when it is told to', async () => {
    await subject.boot(1);
    runtime.crash(spec.name, 'node-1', 'out of memory');
    expect(await subject.state(1)).toBe('exited');
    expect((await subject.log(1)).at(-1)).toContain('out of memory');
  });

  test('forgets the log of a node that was removed, though its data is kept', async () => {
    await subject.boot(1);
    await subject.removeCluster({ keepData: true });
    expect((await failureOf(subject.log(1))).code).toBe('NODE_UNKNOWN');
    await subject.create(1);
    expect(await subject.log(1)).toEqual([]);
  });

  test('keeps the last configuration, and is of the kind that it was made', async () => {
    await subject.create(1);
    await runtime.createNodes(spec, subject.server, [
      { node: nodeSpec(spec, 1), files: [{ name: CONFIG_FILE, text: 'port 1' }] },
    ]);
    expect(runtime.configOf(spec.name, 'node-1')).toBe('port 1');
    expect((await runtime.cluster(spec.name))?.runtime).toBe('process');
  });
});
