import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { followFile, lastLines } from '../../../../src/runtimes/process/log-file.js';
import { temporaryFolder } from '../../helpers/temp-folder.js';

async function logWith(text: string): Promise<string> {
  const path = join(await temporaryFolder(), 'redis.log');
  await writeFile(path, text);
  return path;
}

describe('lastLines', () => {
  test.each([
    ['a\nb\nc\n', undefined, ['a', 'b', 'c']],
    ['a\nb\nc\n', 2, ['b', 'c']],
    ['a\nb\nc\n', 9, ['a', 'b', 'c']],
    ['a\nb\nc\n', 0, []],
    ['a\n\nunfinished', 2, ['', 'unfinished']],
    ['', 5, []],
  ])('of %j, the last %s', async (text, count, lines) => {
    expect((await lastLines(await logWith(text), count)).lines).toEqual(lines);
  });

  test('tells the size in bytes, from where to follow', async () => {
    expect((await lastLines(await logWith('é\n'), 0)).size).toBe(3);
  });

  test('of a file that is not there are none', async () => {
    expect(await lastLines(join(await temporaryFolder(), 'redis.log'), 5)).toEqual({ lines: [], size: 0 });
  });
});

describe('followFile', () => {
  test('gives whole lines as they are written, and ends with the signal', async () => {
    const path = await logWith('old\n');
    const stop = new AbortController();
    const seen: string[] = [];
    setTimeout(() => void appendFile(path, 'one\ntw'), 20);
    setTimeout(() => void appendFile(path, 'o\n'), 150);
    for await (const line of followFile(path, 4, stop.signal)) {
      seen.push(line);
      if (line === 'two') stop.abort();
    }
    expect(seen).toEqual(['one', 'two']);
  });

  test('starts anew when the file was cut', async () => {
    const path = await logWith('a long first line\n');
    const stop = new AbortController();
    setTimeout(() => void writeFile(path, 'new\n'), 20);
    for await (const line of followFile(path, 18, stop.signal)) {
      expect(line).toBe('new');
      stop.abort();
    }
  });
});
