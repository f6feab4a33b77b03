import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FOLDER_PREFIX } from './folders.js';

const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'rcluster.js');

/**
 * Before the first test against an engine: takes away the clusters of runs that were cut off. They have the names and the ports
 * of this one's, and their nodes come back with the engine. Whose they are is told by the state folders that they left behind,
 * each of which has the id of its process in its name.
 */
export default function removeLeftovers(): void {
  const names = readdirSync(tmpdir()).filter((name) => name.startsWith(FOLDER_PREFIX));
  for (const name of names) {
    if (isTestRun(name.slice(FOLDER_PREFIX.length).replace(/-.*/, ''))) continue;
    try {
      removeLeftover(join(tmpdir(), name));
    } catch (error) {
      // Another user's, or of an engine that is not the one of today.
      console.error(`${name} cannot be removed: ${String(error)}`);
    }
  }
}

function removeLeftover(folder: string): void {
  for (const cluster of clustersIn(folder)) {
    console.error(`removing "${cluster}": a run of the tests that was cut off left it`);
    const env = { ...process.env, RCLUSTER_HOME: folder };
    execFileSync(process.execPath, [PROGRAM, 'down', '-q', '-c', cluster], { env, stdio: 'inherit' });
  }
  rmSync(folder, { recursive: true, force: true });
}

/** The id may be that of another process by now. */
function isTestRun(pid: string): boolean {
  const { error, stdout } = spawnSync('ps', ['-o', 'args=', '-p', pid], { encoding: 'utf8' });
  return error !== undefined || stdout.includes('vitest');
}

/** Beside the folder of each cluster are the files of its lock, which have a dot in their names. */
function clustersIn(home: string): string[] {
  const folder = join(home, 'clusters');
  if (!existsSync(folder)) return [];
  return [...new Set(readdirSync(folder).map((name) => name.replace(/\..*$/, '')))];
}
