import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { silent } from '../../../../src/base/events.js';
import { findServer } from '../../../../src/runtimes/process/server.js';
import { rejectionOf } from '../../helpers/errors.js';
import { temporaryFolder } from '../../helpers/temp-folder.js';

/** A program that says of itself what `--version` of a server says. */
async function program(output: string): Promise<string> {
  const path = join(await temporaryFolder(), 'some-server');
  await writeFile(path, `#!/bin/sh\ncat <<'END'\n${output}\nEND\n`);
  await chmod(path, 0o755);
  return path;
}

const find = (path: string) => findServer(path, { emit: silent, signal: undefined });

describe('the server that was named', () => {
  test.each([
    'Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=a3d7d8b2f1b5b1e5',
    'Valkey server v=9.0.1 sha=00000000:0 malloc=libc bits=64 build=5a0bb3fd4f3c9b3c',
    'Redis server v=10.0.0 sha=00000000:0 malloc=libc bits=64 build=5a0bb3fd4f3c9b3c',
  ])('is taken: %s', async (output) => {
    const path = await program(output);
    expect(await find(path)).toEqual({ reference: path, notice: undefined, env: {} });
  });

  test.each([
    ['Redis server v=6.2.14 sha=00000000:0 malloc=libc bits=64', 'is version 6.2.14; 7.0 or newer is needed'],
    ['something else', 'is version unknown; 7.0 or newer is needed'],
  ])('is refused: %s', async (output, reason) => {
    const path = await program(output);
    expect(await rejectionOf(find(path))).toMatchObject({
      code: 'SERVER_MISSING',
      message: `${path} ${reason}`,
    });
  });

  test('is refused when it does not run', async () => {
    const path = join(await temporaryFolder(), 'nothing');
    const { code, message } = await rejectionOf(find(path));
    expect(code).toBe('SERVER_MISSING');
    expect(message).toContain(`${path} does not run`);
  });
});
