import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { runHostClient } from '../../../src/runtimes/host-client.js';
import { temporaryFolder } from '../helpers/temp-folder.js';

/** A client that writes its arguments and its LD_LIBRARY_PATH to `said`, and ends with `code`. */
async function client(folder: string, name: string, said: string, code = 0): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\necho "${name} $* $LD_LIBRARY_PATH" > ${said}\nexit ${code}\n`);
  await chmod(path, 0o755);
}

async function setUp() {
  const root = await temporaryFolder();
  const [near, far, said] = [join(root, 'near'), join(root, 'far'), join(root, 'said')];
  vi.stubEnv('PATH', far);
  const run = (folders: readonly string[], args: readonly string[] = []) =>
    runHostClient(folders, { LD_LIBRARY_PATH: '/lib' }, '127.0.0.1', 7001, args);
  return { near, far, said, run, heard: async () => (await readFile(said, 'utf8')).trim() };
}

describe('the redis-cli of this host', () => {
  test('is given host, port and command, and follows redirections', async () => {
    const { near, said, run, heard } = await setUp();
    await client(near, 'redis-cli', said);
    expect(await run([near], ['get', 'user:1'])).toBe(0);
    expect(await heard()).toBe('redis-cli -c -h 127.0.0.1 -p 7001 get user:1 /lib');
  });

  test('answers with its exit code', async () => {
    const { near, said, run } = await setUp();
    await client(near, 'redis-cli', said, 7);
    expect(await run([near])).toBe(7);
  });

  test('is looked for in PATH last', async () => {
    const { near, far, said, run, heard } = await setUp();
    await client(far, 'redis-cli', said, 1);
    expect(await run([near])).toBe(1);
    await client(near, 'valkey-cli', said, 2);
    expect(await run([near])).toBe(2);
    expect(await heard()).toContain('valkey-cli');
  });

  test('is not looked for in the working folder', async () => {
    const { said, far, run } = await setUp();
    await client(far, 'redis-cli', said);
    vi.stubEnv('PATH', '');
    expect(await run(['', '.'])).toBeUndefined();
  });

  test('is missing when it is nowhere', async () => {
    const { near, run } = await setUp();
    expect(await run([near])).toBeUndefined();
  });
});
