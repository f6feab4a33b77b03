import { Readable } from 'node:stream';
import Docker from 'dockerode';
import { describe, expect, test } from 'vitest';
import { silent } from '../../../../src/base/events.js';
import { equivalentOf, prepareImage } from '../../../../src/runtimes/docker/images.js';

describe('equivalentOf', () => {
  test.each([
    ['redis:7', 'redis:7'],
    ['redis:7-alpine', 'redis:7'],
    ['redis:7.2', 'redis:7'],
    ['redis:7.0.15-bookworm', 'redis:7'],
    ['redis:8', 'redis:8'],
    ['redis:8-alpine', 'redis:8'],
    ['valkey/valkey:9', 'valkey:9'],
    ['valkey/valkey:9.0-alpine', 'valkey:9'],
  ])('of %s is %s', (image, server) => expect(equivalentOf(image)).toBe(server));

  test.each([
    'redis',
    'redis:latest',
    'redis:6',
    'redis:70',
    'redis:7alpine',
    'valkey/valkey:8',
    'valkey:9',
    'bitnami/redis:7',
    'myredis:7',
    'redis@sha256:7-x',
  ])('%s has none', (image) => expect(equivalentOf(image)).toBeUndefined());
});

describe('a pull', () => {
  /** The engine answers that all is well, and tells of it afterwards. */
  const pulling = async (signal: AbortSignal | undefined, ...told: object[]) => {
    const docker = new Docker({ socketPath: '/nowhere' });
    const missing = Object.assign(new Error('no such image'), { statusCode: 404 });
    docker.getImage = () => ({ inspect: () => Promise.reject(missing) }) as unknown as Docker.Image;
    docker.pull = (() =>
      Promise.resolve(
        Readable.from(told.map((status) => `${JSON.stringify(status)}\n`)),
      )) as unknown as Docker['pull'];
    const host = { url: 'unix:///nowhere', source: 'a test' };
    return prepareImage(
      { docker, host, isLocal: true } as Parameters<typeof prepareImage>[0],
      'bitnami/redis:7',
      {
        emit: silent,
        signal,
      },
    );
  };

  test('that ends well has the image', async () => {
    const layer = { id: 'a', progressDetail: { current: 1, total: 2 } };
    expect(await pulling(undefined, { status: 'Pulling' }, layer)).toMatchObject({
      reference: 'bitnami/redis:7',
    });
  });

  test('that fails half way has none', async () => {
    await expect(
      pulling(undefined, { status: 'Pulling' }, { error: 'manifest unknown' }),
    ).rejects.toMatchObject({
      code: 'IMAGE_UNAVAILABLE',
      details: ['manifest unknown'],
    });
    await expect(pulling(undefined, { error: 'write: no space left on device' })).rejects.toMatchObject({
      code: 'DISK_FULL',
    });
  });

  test('that is interrupted is no defect', async () => {
    await expect(pulling(AbortSignal.abort(), { error: 'context canceled' })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  });
});
