import { execFile } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** One measured figure beside its peer's; all times in milliseconds. */
export interface Row {
  readonly work: string;
  readonly unit: 'ms' | 'MB' | 'x' | 'count';
  readonly peer: { readonly label: string; readonly values: readonly number[] } | undefined;
  readonly values: readonly number[];
  /** What was set out to be reached, in words. */
  readonly target: string;
  readonly reached: boolean;
  readonly note?: string;
}

export interface Suite {
  readonly name: string;
  run(report: (line: string) => void): Promise<Row[]>;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Nearest-rank quantile. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? NaN;
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

export interface CommandResult {
  readonly stdout: string;
  readonly elapsedMs: number;
  /** Peak resident memory of the command in bytes. */
  readonly peakBytes: number;
}

/** Runs this checkout's command line and reads its peak memory from GNU time's counterpart in the kernel. */
export async function rcluster(...args: string[]): Promise<CommandResult> {
  // The child says its own peak at exit: wait4's figure, without needing a tool for it.
  const script = `process.on('exit', () => process.stderr.write('\\npeak-kb:' + process.resourceUsage().maxRSS));
    process.argv = [process.argv[0], 'rcluster', ...${JSON.stringify(args)}];
    await import(${JSON.stringify(new URL('../../bin/rcluster.js', import.meta.url).href)});`;
  const startedAt = performance.now();
  const { stdout, stderr } = await exec(process.execPath, ['--input-type=module', '-e', script], {
    maxBuffer: 1 << 26,
  });
  const peakKb = Number(/peak-kb:(\d+)/.exec(stderr)?.[1] ?? NaN);
  return { stdout, elapsedMs: performance.now() - startedAt, peakBytes: peakKb * 1024 };
}

export async function shell(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await exec(command, [...args], { maxBuffer: 1 << 26 });
  return stdout;
}

/** Machine and versions, kept with every result. */
async function environment(): Promise<Record<string, string>> {
  const docker = await shell('docker', ['version', '--format', '{{.Server.Version}}']);
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: release(),
    node: process.version,
    docker: docker.trim(),
  };
}

const RESULTS = new URL('results/', import.meta.url);

export async function keep(suite: string, rows: readonly Row[]): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  const document = { version: 1, suite, environment: await environment(), rows };
  await writeFile(new URL(`${suite}.json`, RESULTS), `${JSON.stringify(document, null, 2)}\n`);
}

export interface Kept {
  readonly suite: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

/** The results of the last run of a suite; undefined when it never ran. */
export async function kept(suite: string): Promise<Kept | undefined> {
  try {
    return JSON.parse(await readFile(new URL(`${suite}.json`, RESULTS), 'utf8')) as Kept;
  } catch {
    return undefined;
  }
}

export function show(value: number, unit: Row['unit']): string {
  switch (unit) {
    case 'ms':
      return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${Math.round(value)} ms`;
    case 'MB':
      return `${Math.round(value)} MB`;
    case 'x':
      return `${value.toFixed(2)} x`;
    case 'count':
      return String(value);
  }
}

/** A Markdown table: what the README shows. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const peer =
      row.peer === undefined ? '' : `${row.peer.label}: ${show(median(row.peer.values), row.unit)}`;
    const values =
      row.values.length > 1
        ? ` (${show(Math.min(...row.values), row.unit)} to ${show(Math.max(...row.values), row.unit)}, ${row.values.length} runs)`
        : '';
    const note = row.note === undefined ? '' : `; ${row.note}`;
    return `| ${row.work} | ${peer} | ${show(median(row.values), row.unit)}${values} | ${row.target} | ${row.reached ? 'yes' : 'no'}${note} |`;
  });
  return [
    '| work | today’s way | rcluster | to reach | reached |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}
