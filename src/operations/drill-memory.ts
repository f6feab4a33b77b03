import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PassedDrill } from '../cluster/checkup/facts.js';
import { clusterFolder } from '../config/home.js';
import { passedDrillIn } from '../config/state-records.js';
import { keepFile } from './state-folder.js';

const FILE = 'passed-drill.json';
const VERSION = 1;

/**
 * Remembers that a failover drill passed, for `doctor` to tell how long ago that was. A full disk is no reason for a drill
 * to fail that has passed.
 *
 * @param name the scenario's, or `kill`
 */
export async function rememberDrill(cluster: string, name: string, at = Date.now()): Promise<void> {
  await keepFile(cluster, FILE, JSON.stringify({ version: VERSION, name, at })).catch(() => undefined);
}

/** The failover drill that passed last; null when none has, or its memory is gone. */
export async function lastPassedDrill(cluster: string): Promise<PassedDrill | null> {
  try {
    const kept = passedDrillIn(await readFile(join(clusterFolder(cluster), FILE), 'utf8'));
    return kept === undefined ? null : { name: kept.name, at: kept.at };
  } catch {
    return null;
  }
}
