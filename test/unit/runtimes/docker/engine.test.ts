import { describe, expect, test } from 'vitest';
import { RclusterError } from '../../../../src/base/errors.js';
import { engineCall, engineCallUnlessGone, statusOf } from '../../../../src/runtimes/docker/engine.js';
import { rejectionOf } from '../../helpers/errors.js';

/** As dockerode rejects. */
const refusal = (statusCode: number, reason: string) =>
  Object.assign(new Error(`(HTTP code ${statusCode}) server error - ${reason} `), { statusCode });

const socketError = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

const rejectedWith = (error: Error) =>
  rejectionOf(engineCall('starting node-1', () => Promise.reject(error)));

describe('engineCall', () => {
  test('hands the answer on', async () => {
    await expect(engineCall('x', () => Promise.resolve(7))).resolves.toBe(7);
  });

  test('says what was being done, and the engine’s reason without its wrapping', async () => {
    expect(await rejectedWith(refusal(500, 'no such driver'))).toMatchObject({
      code: 'ENGINE_ERROR',
      message: 'starting node-1: no such driver',
    });
  });

  test('leaves an error of ours alone', async () => {
    const ours = new RclusterError('TIMEOUT', 'too late');
    expect(await rejectedWith(ours)).toBe(ours);
  });

  test.each(['ECONNREFUSED', 'ENOENT', 'ECONNRESET'])('%s means that the engine is gone', async (code) => {
    expect(await rejectedWith(socketError(code))).toMatchObject({ code: 'ENGINE_MISSING' });
  });

  test('knows a full disk', async () => {
    const error = await rejectedWith(refusal(500, 'write /data/x: no space left on device'));
    expect(error).toMatchObject({ code: 'DISK_FULL', details: ['write /data/x: no space left on device'] });
  });

  const endpoint = 'driver failed programming external connectivity on endpoint big-node-1 (0123abc)';
  test.each([
    ['Docker 20', `${endpoint}: Bind for 127.0.0.1:7000 failed: port is already allocated`],
    [
      'Docker 20',
      `${endpoint}: Error starting userland proxy: listen tcp4 127.0.0.1:7000: bind: address already in use`,
    ],
    [
      'Docker Desktop',
      'Ports are not available: exposing port TCP 127.0.0.1:7000 -> 0.0.0.0:0: listen tcp 127.0.0.1:7000: bind: address already in use',
    ],
    [
      'Docker 28',
      `failed to set up container networking: ${endpoint}: failed to bind host port for 127.0.0.1:7000:172.30.0.11:7000/tcp: address already in use`,
    ],
    [
      'Docker 29',
      `failed to set up container networking: ${endpoint}: failed to bind host port 127.0.0.1:7000/tcp: address already in use`,
    ],
  ])('knows a port that is taken, in the words of %s: %s', async (_, reason) => {
    expect(await rejectedWith(refusal(500, reason))).toMatchObject({
      code: 'PORT_IN_USE',
      message: '127.0.0.1:7000 is taken',
    });
  });
});

describe('engineCallUnlessGone', () => {
  test.each([404, 304])('is content with %i', async (status) => {
    const call = () => Promise.reject(refusal(status, 'gone'));
    await expect(engineCallUnlessGone('x', call)).resolves.toBeUndefined();
  });

  test('is not content with anything else', async () => {
    const call = engineCallUnlessGone('removing it', () => Promise.reject(refusal(409, 'in progress')));
    expect(await rejectionOf(call)).toMatchObject({
      code: 'ENGINE_ERROR',
      message: 'removing it: in progress',
    });
  });
});

test.each([
  [refusal(404, 'x'), 404],
  [new Error('x'), undefined],
  [{ statusCode: 404 }, undefined],
])('the status of %s is %s', (error, status) => expect(statusOf(error)).toBe(status));
