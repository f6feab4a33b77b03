import { beforeEach, expect, test, vi } from 'vitest';
import { endJournalOf, readJournal, withJournal } from '../../../src/operations/journal.js';
import { temporaryFolder } from '../helpers/temp-folder.js';

const NEWCOMERS = [
  { name: 'node-7', number: 7, port: 7006 },
  { name: 'node-8', number: 8, port: 7007 },
];
const JOURNAL = { command: 'add-master', newcomers: NEWCOMERS, masters: 1 };

beforeEach(async () => {
  vi.stubEnv('RCLUSTER_HOME', await temporaryFolder());
});

async function interrupt(): Promise<void> {
  const cut = withJournal('lab', JOURNAL, () => Promise.reject(new Error('cut off')));
  await expect(cut).rejects.toThrow('cut off');
}

test('a journal stays when its work fails, for the same command alone, and goes when it succeeds', async () => {
  await interrupt();
  expect(await readJournal('lab', 'add-master')).toMatchObject(JOURNAL);
  expect(await readJournal('lab', 'add-replica')).toBeUndefined();
  expect(await withJournal('lab', JOURNAL, () => Promise.resolve('done'))).toBe('done');
  expect(await readJournal('lab', 'add-master')).toBeUndefined();
});

test('it ends with another command when all its nodes have their place', async () => {
  await interrupt();
  await endJournalOf('lab', (name) => name === 'node-7');
  expect(await readJournal('lab', 'add-master')).toMatchObject(JOURNAL);
  await endJournalOf('lab', () => true);
  expect(await readJournal('lab', 'add-master')).toBeUndefined();
  await endJournalOf('lab', () => true);
});
