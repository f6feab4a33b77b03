import { open, readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { processIsAlive } from '../../base/process-is-alive.js';
import { clusterFolder } from '../../config/home.js';
import { faultEntryIn } from '../../config/state-records.js';
import { keepFile } from '../../operations/state-folder.js';
import type { Fault, FaultRecord } from './fault.js';
import { idOf } from './identity.js';

/**
 * What is broken on purpose, one file a fault in the cluster's state folder. A fault is written down before it is
 * injected and struck out when it is healed, so that whoever comes after a crash knows of it.
 */
export interface LedgerEntry {
  readonly version: 1;
  readonly id: string;
  readonly fault: FaultRecord;
  /** For people. */
  readonly text: string;
  /** ISO 8601, UTC. */
  readonly injectedAt: string;
  /** Who injected it. */
  readonly pid: number;
  /** It has been carried out, or has failed: its injector is not at it any more. */
  readonly struck: boolean;
}

/** How long whoever injects a fault may take for it, and how long after its end the engine may for what it was asked to do. */
const INJECTION_MS = 120_000;
const ON_ITS_WAY_MS = 5_000;

/** As long as each other, so that the one can be written over the other. */
const NOT_STRUCK = '"struck":false';
const STRUCK = '"struck":true ';

const FILE = /^fault-([0-9a-f]{8})\.json$/;
const fileOf = (id: string) => `fault-${id}.json`;

export async function recordFault(cluster: string, fault: Fault): Promise<void> {
  const entry: LedgerEntry = {
    version: 1,
    id: idOf(fault),
    fault: fault.toJSON(),
    text: fault.text,
    injectedAt: new Date().toISOString(),
    pid: process.pid,
    struck: false,
  };
  await keepFile(cluster, fileOf(entry.id), `${JSON.stringify(entry)}\n`);
}

/**
 * Says of a fault that was written down that it has been carried out. One that was struck out meanwhile stays so. Without the
 * note, whoever heals it waits for a while: that it cannot be made is no error.
 */
export async function noteStruck(cluster: string, fault: Fault): Promise<void> {
  const file = await open(join(clusterFolder(cluster), fileOf(idOf(fault))), 'r+').catch(() => undefined);
  try {
    await file?.write((await file.readFile('utf8')).replace(NOT_STRUCK, STRUCK), 0);
  } catch {
    // As said.
  } finally {
    await file?.close().catch(() => undefined);
  }
}

export async function strikeOut(cluster: string, id: string): Promise<void> {
  await rm(join(clusterFolder(cluster), fileOf(id)), { force: true });
}

/**
 * Whether the fault may be yet to come: its injector is at it, or was killed and has left a request that the engine goes on to
 * carry out. A time that is no time, or is to come, was not written by rcluster.
 */
export function mayBeOnItsWay({ injectedAt, pid, struck }: LedgerEntry): boolean {
  if (struck) return false;
  const ageMs = Date.now() - Date.parse(injectedAt);
  const isAtIt = pid !== process.pid && processIsAlive(pid);
  return ageMs >= 0 && ageMs < (isAtIt ? INJECTION_MS : ON_ITS_WAY_MS);
}

export async function isRecorded(cluster: string, id: string): Promise<boolean> {
  return stat(join(clusterFolder(cluster), fileOf(id))).then(
    () => true,
    () => false,
  );
}

/**
 * Oldest first. One look at a folder where there are none. A file of another version is left for that one to read, and what
 * rcluster did not write is overlooked.
 */
export async function readLedger(cluster: string): Promise<LedgerEntry[]> {
  const names = await readdir(clusterFolder(cluster)).catch(() => []);
  const entries = await Promise.all(
    names
      .filter((name) => FILE.test(name))
      .map(async (name): Promise<LedgerEntry[]> => {
        try {
          const entry = faultEntryIn(await readFile(join(clusterFolder(cluster), name), 'utf8'));
          return entry !== undefined && fileOf(entry.id) === name ? [entry] : [];
        } catch {
          // Struck out meanwhile.
          return [];
        }
      }),
  );
  return entries.flat().sort((a, b) => (a.injectedAt < b.injectedAt ? -1 : 1));
}
