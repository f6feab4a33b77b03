import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { requireWritable, writeReport } from '../../../../src/cli/commands/files.js';
import { temporaryFolder } from '../../helpers/temp-folder.js';

test('a report goes where it can be written, and nowhere else', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'report.html');
  await requireWritable('html', path);
  await writeReport('html', path, 'text');
  await requireWritable('html', path);
  expect(await readFile(path, 'utf8')).toBe('text');
  await mkdir(join(folder, 'reports'));
  for (const [where, why] of [
    [join(folder, 'reports'), 'it is a folder'],
    [join(folder, 'reports/'), 'it is a folder'],
    [join(folder, 'none', 'report.html'), 'there is no such folder'],
    [join(path, 'report.html'), 'the folder cannot be written'],
  ] as const) {
    const message = `--html ${where}: ${why}`;
    await expect(requireWritable('html', where)).rejects.toMatchObject({ code: 'CONFIG_INVALID', message });
  }
});

test('one that cannot be written after all is an error of its own', async () => {
  const folder = await temporaryFolder();
  await expect(writeReport('save', folder, 'text')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await expect(writeReport('save', '/dev/full', 'text')).rejects.toMatchObject({ code: 'DISK_FULL' });
});
