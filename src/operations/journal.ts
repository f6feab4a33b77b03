import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { list } from '../base/format.js';
import type { Move } from '../cluster/rebalance.js';
import { clusterFolder } from '../config/home.js';
import { journalIn } from '../config/state-records.js';
import type { NodeSpec } from '../config/types.js';
import { keepFile } from './state-folder.js';

/**
 * What a command that changes the cluster set out to do, for the same command to go on with after an interruption. What
 * the cluster itself can tell (marks, owners, members) is not in it, so losing the journal loses no key.
 */
export interface Journal {
  readonly version: 1;
  /** The command with its arguments, as far as they say what is to be done. */
  readonly command: string;
  /** Nodes that it boots: masters first. */
  readonly newcomers?: readonly NodeSpec[];
  /** How many of them are masters. */
  readonly masters?: number;
  /** Slots that it moves. */
  readonly moves?: readonly Move[];
}

const FILE = 'journal.json';

/** What an interrupted `command` left; undefined when it left nothing, or another command was the last. */
export async function readJournal(cluster: string, command: string): Promise<Journal | undefined> {
  try {
    const journal = journalIn(await readFile(join(clusterFolder(cluster), FILE), 'utf8'));
    return journal?.command === command ? journal : undefined;
  } catch {
    // None; nor is one that was cut off while it was written. The cluster's own marks are still there.
    return undefined;
  }
}

/** What a user is told whose command goes on with nodes that an interrupted one had begun with. */
export function resumption(newcomers: readonly NodeSpec[]): string {
  return `going on with ${list(newcomers.map(({ name }) => name))}, where it was interrupted`;
}

/**
 * Another command has brought to its end what an interrupted one set out to do, if all the nodes that it began with have their
 * place by now: then nobody is to go on with them any more.
 */
export async function endJournalOf(cluster: string, hasPlace: (name: string) => boolean): Promise<void> {
  const path = join(clusterFolder(cluster), FILE);
  const { newcomers = [] } = journalIn(await readFile(path, 'utf8').catch(() => '')) ?? {};
  if (newcomers.length > 0 && newcomers.every(({ name }) => hasPlace(name))) await rm(path, { force: true });
}

/** Runs `work` with the journal in place, which stays when `work` fails. */
export async function withJournal<Result>(
  cluster: string,
  journal: Omit<Journal, 'version'>,
  work: () => Promise<Result>,
): Promise<Result> {
  await keepFile(cluster, FILE, JSON.stringify({ version: 1, ...journal }));
  const result = await work();
  await rm(join(clusterFolder(cluster), FILE), { force: true });
  return result;
}
