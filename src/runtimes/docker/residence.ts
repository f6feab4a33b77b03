import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../base/atomic-file.js';
import { clusterFolder } from '../../config/home.js';

/**
 * A note in the cluster's state folder that its nodes are containers. The engine knows them, but not while it is away: without
 * the note, a cluster whose engine is being restarted would pass for one that is not there.
 */
const fileOf = (cluster: string) => join(clusterFolder(cluster), 'engine');

/** @param engine its address, for people */
export async function noteResidence(cluster: string, engine: string): Promise<void> {
  try {
    await mkdir(clusterFolder(cluster), { recursive: true, mode: 0o700 });
    await writeAtomically(fileOf(cluster), `${engine}\n`);
  } catch {
    // A cluster can be had without a note of it.
  }
}

export async function livesInEngine(cluster: string): Promise<boolean> {
  return stat(fileOf(cluster)).then(
    () => true,
    () => false,
  );
}
