import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { all } from '../../base/concurrency.js';
import { RclusterError, messageOf, systemCodeOf } from '../../base/errors.js';

/** Before the work is done, rather than after it. @throws CONFIG_INVALID */
export async function requireWritable(flag: string, path: string): Promise<void> {
  const refuse = (why: string, cause?: unknown) =>
    new RclusterError('CONFIG_INVALID', `--${flag} ${path}: ${why}`, { cause });
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory() === true) throw refuse('it is a folder');
  try {
    // With the slash, a file is no folder.
    await access(there === undefined ? `${dirname(path)}/` : path, constants.W_OK);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') throw refuse('there is no such folder', error);
    throw refuse(`the ${there === undefined ? 'folder' : 'file'} cannot be written`, error);
  }
}

/** What makes the text of a file, by the flag that asks for it. */
type Renderers<Report> = Readonly<Record<string, (report: Report) => Promise<string>>>;

/**
 * The files that a report is to be written to, which are looked at before the work is done, rather than after it.
 *
 * @returns what writes them: after the result is printed, so that it is not lost with a file that cannot be written
 * @throws CONFIG_INVALID
 */
export async function reportFiles<Report>(
  options: Readonly<Record<string, unknown>>,
  renderers: Renderers<Report>,
): Promise<(report: Report) => Promise<void>> {
  const files = Object.entries(renderers).flatMap(([flag, render]) => {
    const path = options[flag];
    return typeof path === 'string' ? [{ flag, path, render }] : [];
  });
  for (const { flag, path } of files) await requireWritable(flag, path);
  return async (report) => {
    await all(files, async ({ flag, path, render }) => writeReport(flag, path, await render(report)));
  };
}

/** @throws DISK_FULL, CONFIG_INVALID */
export async function writeReport(flag: string, path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    const isFull = systemCodeOf(error) === 'ENOSPC';
    throw new RclusterError(
      isFull ? 'DISK_FULL' : 'CONFIG_INVALID',
      `--${flag} ${path}: ${messageOf(error)}`,
      { cause: error },
    );
  }
}
