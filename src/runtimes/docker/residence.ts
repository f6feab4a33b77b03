import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../base/atomic-file.js';
import { clusterFolder } from '../../config/home.js';

/**
 * A note in the cluster's state folder that its nodes are containers. The engine knows them, but not while it is away: without
 * the note, a cluster whose engine is being restarted would pass for one that is not there.
 */
const fileOf = (cluster: string) => join(clusterFolder(cluster), 'engine');

/** @param engine its address. A cluster can be had without a note of it: that it cannot be written is no error. */
export async function noteResidence(cluster: string, engine: string): Promise<void> {
  await mkdir(clusterFolder(cluster), { recursive: true, mode: 0o700 }).catch(() => undefined);
  await correctResidence(cluster, engine);
}

/** The same where the cluster has a folder, and no other: it may be about to be removed. */
export async function correctResidence(cluster: string, engine: string): Promise<void> {
  if ((await residenceOf(cluster)) === engine) return;
  await writeAtomically(fileOf(cluster), `${engine}\n`).catch(() => undefined);
}

/** The address of the engine that the cluster was made in; undefined when it was made in none, as far as is known. */
export async function residenceOf(cluster: string): Promise<string | undefined> {
  return readFile(fileOf(cluster), 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
}
