import { execFile, type ExecFileException } from 'node:child_process';
import { rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { newFolder } from './folders.js';
import { residentIsBusy, runResident } from './resident.js';

export interface RunOptions {
  /** Added to the environment of the test; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** What the command reads on its standard input; by default nothing. */
  readonly input?: string;
  /** Default: one minute. */
  readonly timeoutMs?: number;
}

export interface RunResult {
  /** The exit code, or as in a shell 128 + the number of the signal that ended the command. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const TIMEOUT_MS = 60_000;
const MAX_OUTPUT = 64 * 1024 * 1024;

/**
 * Runs a command to its end. A command that fails is a result.
 *
 * @throws when the command cannot be started, or has to be killed since it does not end in time
 */
export async function run(
  command: string,
  args: readonly string[],
  { env, cwd, input = '', timeoutMs = TIMEOUT_MS }: RunOptions = {},
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const options = {
      cwd,
      env: { ...process.env, ...env },
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_OUTPUT,
    } as const;
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      const code = exitCodeOf(error);
      const why = error?.killed === true ? `was killed after ${timeoutMs} ms` : 'could not be run';
      if (code !== undefined) resolve({ code, stdout, stderr });
      else reject(new Error(`${transcript(command, args, stdout, stderr)}\n${why}`, { cause: error }));
    });
    // A command may end without having read it all.
    child.stdin?.on('error', () => undefined).end(input);
  });
}

function exitCodeOf(error: ExecFileException | null): number | undefined {
  if (error === null) return 0;
  if (error.killed === true) return undefined;
  if (typeof error.signal === 'string') return 128 + constants.signals[error.signal];
  return typeof error.code === 'number' ? error.code : undefined;
}

function transcript(command: string, args: readonly string[], stdout: string, stderr: string): string {
  return [`$ ${command} ${args.join(' ')}`, stdout, stderr].filter((text) => text !== '').join('\n');
}

/**
 * Runs a command that has to succeed.
 *
 * @returns its standard output
 * @throws with all that it wrote, when it does not
 */
export async function succeed(
  command: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<string> {
  return succeeded(command, args, await run(command, args, options));
}

function succeeded(command: string, args: readonly string[], { code, stdout, stderr }: RunResult): string {
  if (code === 0) return stdout;
  throw new Error(`${transcript(command, args, stdout, stderr)}\nended with ${code}`);
}

/** A folder that is gone when the tests of the file are over. */
export function folderOfTheFile(): string {
  const folder = newFolder();
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'rcluster.js');

/** The state folder of every rcluster that the test file runs. */
export const HOME = folderOfTheFile();

let areProcesses = false;

/** From here on every command of the test file is a process of its own, as it is for users. */
export function commandsAreProcesses(): void {
  areProcesses = true;
}

/** Runs rcluster as this checkout has it. Like {@link run}; see {@link runResident} for what has no process of its own. */
export async function rcluster(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const ours = { RCLUSTER_HOME: HOME, RCLUSTER_CLUSTER: undefined, FORCE_COLOR: undefined };
  const { env = {}, input, cwd, timeoutMs = TIMEOUT_MS } = options;
  const isAboutAProcess =
    input !== undefined ||
    cwd !== undefined ||
    // It hands its own standard streams to redis-cli.
    args[0] === 'cli' ||
    Object.keys(env).some((name) => !name.startsWith('RCLUSTER_'));
  if (areProcesses || isAboutAProcess || residentIsBusy())
    return run(process.execPath, [PROGRAM, ...args], { ...options, env: { ...ours, ...env } });
  const all = Object.entries({ ...process.env, ...ours, ...env });
  const given = all.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return runResident(args, Object.fromEntries(given), timeoutMs);
}

/** Runs an rcluster that has to succeed. Like {@link succeed}. */
export async function rclusterSucceeds(args: readonly string[], options: RunOptions = {}): Promise<string> {
  return succeeded('rcluster', args, await rcluster(args, options));
}

/** Runs rcluster commands that have to succeed on one cluster, each for the document that --json prints. */
export function documentsOf(cluster: string) {
  return async <Document>(...args: readonly string[]): Promise<Document> => {
    const flags = ['--json', '-q', '-c', cluster];
    return JSON.parse(await rclusterSucceeds([...args, ...flags], { timeoutMs: 180_000 })) as Document;
  };
}
