import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants as access } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { LABEL } from '../../src/config/labels.js';
import { removeTraces, tracesOf } from './docker.js';
import { judge } from './judge.js';
import { HOME, rcluster, succeed, type RunOptions, type RunResult } from './run.js';

/** Commands that are disturbed on purpose, and a look at what they leave behind. */

export const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'rcluster.js');

/** What needs mounts, namespaces or another user's rights. */
export const isLinuxRoot = process.platform === 'linux' && process.getuid?.() === 0;

export function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), access.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** `condition` until it gives a value, looked at every 100 ms. @throws after `timeoutMs`, with what was waited for */
export async function until<Value>(
  what: string,
  condition: () => Promise<Value | undefined>,
  timeoutMs = 30_000,
): Promise<Value> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined) return value;
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await delay(100);
  }
}

// ---- a command that is still running

const running = new Set<ChildProcess>();

/** An rcluster whose progress can be waited for, and which can be sent signals. */
export class RunningCommand {
  /** As of {@link run}; it never rejects. */
  readonly ended: Promise<RunResult>;
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();
  #stdout = '';
  #stderr = '';
  #hasEnded = false;

  constructor(args: readonly string[], home = HOME) {
    const env = { ...process.env, RCLUSTER_HOME: home, RCLUSTER_CLUSTER: undefined, FORCE_COLOR: undefined };
    this.#child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(this.#child);
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#look();
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        running.delete(this.#child);
        this.#hasEnded = true;
        this.#look();
        const exitCode = signal === null ? code : 128 + constants.signals[signal];
        resolve({ code: exitCode ?? -1, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  /** Resolves as soon as `text` has appeared on standard error. @throws when the command ends without it */
  async untilItSays(text: string, timeoutMs = 45_000): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const finish = (act: () => void) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        act();
      };
      const fail = (why: string) =>
        finish(() => reject(new Error(`${why} without having said "${text}":\n${this.#stderr}`)));
      const look = () => {
        if (this.#stderr.includes(text)) finish(resolve);
        else if (this.#hasEnded) fail('the command ended');
      };
      const timer = setTimeout(() => fail(`${timeoutMs} ms went by`), timeoutMs);
      this.#waiting.add(look);
      look();
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  #look(): void {
    for (const look of this.#waiting) look();
  }
}

// ---- errors

export interface ErrorDocument {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly details: readonly string[];
}

/** The error that a command printed under --json: all of standard output, in the shape that is promised. */
export function errorIn({ stdout }: RunResult): ErrorDocument {
  const document = JSON.parse(stdout) as { version: number; error: ErrorDocument };
  expect(Object.keys(document).sort()).toEqual(['error', 'version']);
  expect(document.version).toBe(1);
  expect(Object.keys(document.error).sort()).toEqual(['code', 'details', 'hint', 'message']);
  return document.error;
}

/** Runs a command that has to fail with this exit code and error code. */
export async function failure(
  [exit, code]: readonly [number, string],
  args: readonly string[],
  options?: RunOptions,
): Promise<ErrorDocument> {
  const result = await rcluster([...args, '--json'], options);
  const error = errorIn(result);
  expect([result.code, error.code], `${error.message}\n${error.details.join('\n')}`).toEqual([exit, code]);
  return error;
}

// ---- what is there

/** The containers of a cluster by name, each with its id and the time of its last start. */
export async function containersOf(cluster: string): Promise<Map<string, string>> {
  const names = await labelled(['ps', '--all', '--format', '{{.Names}}'], cluster);
  if (names.length === 0) return new Map();
  const format = '{{.Name}} {{.Id}} {{.State.StartedAt}}';
  const lines = linesOf(await succeed('docker', ['inspect', '--format', format, ...names]));
  return new Map(
    lines.map((line) => [line.slice(1, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const),
  );
}

/** All that is there of a cluster, by label and by name: with the engine, in the state folder and as processes. */
export async function leftoversOf(cluster: string, home = HOME): Promise<string[]> {
  const [byName, containers, networks, volumes, files, processes] = await Promise.all([
    tracesOf(cluster),
    labelled(['ps', '--all', '--format', '{{.Names}}'], cluster),
    labelled(['network', 'ls', '--format', '{{.Name}}'], cluster),
    labelled(['volume', 'ls', '--format', '{{.Name}}'], cluster),
    readdir(join(home, 'clusters')).catch(() => []),
    processesIn(join(home, 'clusters', cluster)),
  ]);
  const found = [
    ...byName,
    ...containers.map((name) => `container ${name}`),
    ...networks.map((name) => `network ${name}`),
    ...volumes.map((name) => `volume ${name}`),
    ...files
      .filter((name) => name === cluster || name.startsWith(`${cluster}.`))
      .map((name) => `file ${name}`),
    ...processes.map((pid) => `process ${pid}`),
  ];
  return [...new Set(found)];
}

async function labelled(list: readonly string[], cluster: string): Promise<string[]> {
  return linesOf(await succeed('docker', [...list, '--filter', `label=${LABEL.cluster}=${cluster}`]));
}

/** The processes whose working directory is in `folder`: the nodes of the process runtime. */
async function processesIn(folder: string): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return pids.filter((_, index) => folders[index]?.startsWith(`${folder}/`) === true);
}

/** Ends nodes of the process runtime that should not be there. */
export async function endProcesses(folder: string): Promise<void> {
  for (const pid of await processesIn(folder)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended meanwhile.
    }
  }
}

export const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');

/** `redis-cli --cluster check`, run beside the cluster's first node, has nothing to object. */
export async function expectCheckedClean(cluster: string, port: number): Promise<void> {
  const { isClean, text } = await judge(cluster, port);
  expect(isClean, text).toBe(true);
}

// ---- the scene

/** Removes what is there of the clusters before and after the tests of the file, come what may. */
export function scene(...clusters: readonly string[]): void {
  const clear = async () => {
    for (const child of running) child.kill('SIGKILL');
    for (const cluster of clusters) await removeTraces(cluster);
    await endProcesses(HOME);
  };
  beforeAll(clear);
  afterAll(clear);
}
