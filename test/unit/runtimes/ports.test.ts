import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { portInUse, portIsFree, requireFreePorts } from '../../../src/runtimes/ports.js';
import { rejectionOf } from '../helpers/errors.js';

const HOST = '127.0.0.1';

/** Listens until the test is over; on a port of the system's choice. */
async function takenPort(host = HOST): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('portIsFree', () => {
  test('says no while somebody listens', async () =>
    expect(await portIsFree(HOST, await takenPort())).toBe(false));

  test('says no while somebody listens on all addresses', async () => {
    expect(await portIsFree(HOST, await takenPort('0.0.0.0'))).toBe(false);
  });

  test('says yes otherwise, and leaves the port free', async () => {
    const port = await freePort();
    expect(await portIsFree(HOST, port)).toBe(true);
    expect(await portIsFree(HOST, port)).toBe(true);
  });

  test('refuses an address that this host does not have', async () => {
    // 203.0.113.0/24 is reserved for documentation (RFC 5737).
    expect(await rejectionOf(portIsFree('203.0.113.1', 7000))).toMatchObject({
      code: 'CONFIG_INVALID',
      message: '--bind 203.0.113.1: this host has no such address',
    });
  });
});

describe('requireFreePorts', () => {
  test('is content with free ports', async () => {
    await expect(requireFreePorts(HOST, [await freePort()])).resolves.toBeUndefined();
  });

  test('is content with none', async () => {
    await expect(requireFreePorts(HOST, [])).resolves.toBeUndefined();
  });

  test('names every port that is taken, and no other', async () => {
    const [one, free, two] = [await takenPort(), await freePort(), await takenPort()];
    const { code, message, details } = await rejectionOf(requireFreePorts(HOST, [one, free, two]));
    expect(code).toBe('PORT_IN_USE');
    expect(message).toContain(`${HOST}:${one} is taken`);
    expect(details).toEqual([expect.stringContaining(`${HOST}:${two} is taken`)]);
  });

  test.skipIf(process.platform !== 'linux')('names the process that holds the port', async () => {
    const port = await takenPort();
    const command = (await readFile('/proc/self/comm', 'utf8')).trim();
    const { message } = await rejectionOf(requireFreePorts(HOST, [port]));
    expect(message).toBe(`${HOST}:${port} is taken (pid ${process.pid}, ${command})`);
  });
});

describe('the hint', () => {
  test.each([
    [[7000], '--base-port 7100, or --any-port'],
    [[7000, 7005], '--base-port 7100, or --any-port'],
    [[7099], '--base-port 7100, or --any-port'],
    [[7100], '--base-port 7200, or --any-port'],
  ])('for %j is %s', async (ports, hint) => expect((await portInUse(HOST, ports)).hint).toBe(hint));
});
