import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runScript } from '../../../src/runtimes/script.js';
import { rejectionOf } from '../helpers/errors.js';
import { temporaryFolder } from '../helpers/temp-folder.js';

async function script(text: string): Promise<string> {
  const path = join(await temporaryFolder(), 'script.sh');
  await writeFile(path, text);
  return path;
}

const run = async (text: string, args: string[] = [], signal?: AbortSignal) =>
  runScript(await script(text), args, 'IMAGE_UNAVAILABLE', signal);

describe('runScript', () => {
  test('answers with what the script prints', async () => {
    expect(await run('echo "$1 and $2"', ['a b', '$c'])).toBe('a b and $c\n');
  });

  test('fails with the last line that the script complains with, and the lines before it', async () => {
    const { code, message, details } = await rejectionOf(run('echo one >&2; echo two >&2; exit 3'));
    expect([code, message, details]).toEqual(['IMAGE_UNAVAILABLE', 'two', ['one']]);
  });

  test('fails in words of its own when the script has none', async () => {
    expect((await rejectionOf(run('exit 3'))).message).toMatch(/^Command failed: bash/);
  });

  test('is INTERRUPTED, and the script with it', async () => {
    const stop = new AbortController();
    const running = run('exec sleep 60', [], stop.signal);
    setTimeout(() => stop.abort(), 50);
    expect((await rejectionOf(running)).code).toBe('INTERRUPTED');
  });
});
