import { spawn } from 'node:child_process';
import { realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sleep } from '../../../../src/base/deadline.js';
import { nodeProcess, signalProcess } from '../../../../src/runtimes/process/process-table.js';
import { temporaryFolder } from '../../helpers/temp-folder.js';

/** A process that works in `folder` until the test is over, and is registered there as the node. */
async function processIn(folder: string, pidFolder = folder): Promise<number> {
  const child = spawn('sleep', ['60'], { cwd: folder, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise((resolve) => child.once('spawn', resolve));
  await writeFile(join(pidFolder, 'redis.pid'), `${child.pid!}\n`);
  return child.pid!;
}

const folderOfNode = async () => realpath(await temporaryFolder());

describe('nodeProcess', () => {
  test('finds the process that runs in the folder', async () => {
    const folder = await folderOfNode();
    const pid = await processIn(folder);
    expect(await nodeProcess(folder)).toEqual({ pid, state: 'running' });
  });

  test('tells a stopped process', async () => {
    const folder = await folderOfNode();
    const pid = await processIn(folder);
    signalProcess(pid, 'SIGSTOP');
    await sleep(50);
    expect(await nodeProcess(folder)).toEqual({ pid, state: 'paused' });
  });

  test('takes no other process for the node, since pids are handed out again', async () => {
    const folder = await folderOfNode();
    await processIn(await folderOfNode(), folder);
    expect(await nodeProcess(folder)).toBeUndefined();
  });

  test('finds nothing after the process has ended', async () => {
    const folder = await folderOfNode();
    const pid = await processIn(folder);
    signalProcess(pid, 'SIGKILL');
    await sleep(50);
    expect(await nodeProcess(folder)).toBeUndefined();
  });

  test.each([
    ['no pid file', undefined],
    ['an empty one', ''],
    ['no number', 'x'],
    ['zero', '0'],
    ['a negative one', '-1'],
  ])('finds nothing with %s', async (_, text) => {
    const folder = await folderOfNode();
    if (text !== undefined) await writeFile(join(folder, 'redis.pid'), text);
    expect(await nodeProcess(folder)).toBeUndefined();
  });
});

test('a signal to a process that is gone is fine', async () => {
  const child = spawn('true', { stdio: 'ignore' });
  await new Promise((resolve) => child.once('exit', resolve));
  expect(() => signalProcess(child.pid!, 'SIGTERM')).not.toThrow();
});
