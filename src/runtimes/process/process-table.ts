import { execFile } from 'node:child_process';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { systemCodeOf } from '../../base/errors.js';
import type { NodeState } from '../runtime.js';

/**
 * The state of the server that runs in `folder`. A pid alone proves nothing, since the system hands pids out again; a
 * process whose working directory is the node's own folder is the node.
 */
export async function nodeProcess(folder: string): Promise<{ pid: number; state: NodeState } | undefined> {
  const pid = Number(await readFile(`${folder}/redis.pid`, 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const isOurs = (await workingDirectory(pid)) === folder;
  if (!isOurs) return undefined;
  const state = await stateLetter(pid);
  if (state === 'Z' || state === '') return undefined;
  return { pid, state: state === 'T' ? 'paused' : 'running' };
}

async function workingDirectory(pid: number): Promise<string | undefined> {
  try {
    if (process.platform === 'linux') return await readlink(`/proc/${pid}/cwd`);
    const { stdout } = await promisify(execFile)('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fn']);
    return /^n(.*)$/m.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

async function stateLetter(pid: number): Promise<string> {
  try {
    if (process.platform === 'linux') {
      return stateIn(await readFile(`/proc/${pid}/stat`, 'utf8'));
    }
    const { stdout } = await promisify(execFile)('ps', ['-o', 'state=', '-p', String(pid)]);
    return stdout.trim().slice(0, 1);
  } catch {
    return '';
  }
}

/** `pid (comm) STATE ...`; comm may hold spaces and parentheses. Nothing where it reads otherwise. Pure. */
export function stateIn(stat: string): string {
  return /^\) (\S)/.exec(stat.slice(Math.max(0, stat.lastIndexOf(')'))))?.[1] ?? '';
}

/**
 * Whether nothing is left of a process. On its way out it has lost its working directory, and its first thread may be a
 * zombie, while another thread has yet to close the sockets (linux kernel/exit.c do_exit).
 */
export async function hasEnded(pid: number): Promise<boolean> {
  const state = await stateLetter(pid);
  if (state !== 'Z' || process.platform !== 'linux') return state === 'Z' || state === '';
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  return threads.length <= 1;
}

/** Sends a signal; a process that is gone already is fine. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (systemCodeOf(error) !== 'ESRCH') throw error;
  }
}
