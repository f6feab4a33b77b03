import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What folders of tests begin with, before the id of the process. */
export const FOLDER_PREFIX = 'rcluster-test-';

/** A folder for whoever removes it; a run that is cut off leaves it to the next (leftovers.ts). */
export const newFolder = (): string => mkdtempSync(join(tmpdir(), `${FOLDER_PREFIX}${process.pid}-`));
