import { mkdir } from 'node:fs/promises';
import { beforeEach, expect, test, vi } from 'vitest';
import { clusterFolder } from '../../../../src/config/home.js';
import { requireNotElsewhere } from '../../../../src/runtimes/detect.js';
import { correctResidence, noteResidence, residenceOf } from '../../../../src/runtimes/docker/residence.js';
import { temporaryFolder } from '../../helpers/temp-folder.js';

const HERE = 'unix:///run/one.sock';

beforeEach(async () => {
  vi.stubEnv('RCLUSTER_HOME', await temporaryFolder());
  vi.stubEnv('DOCKER_HOST', HERE);
});

test('where a cluster was made is known, and corrected where it has a folder', async () => {
  expect(await residenceOf('lab')).toBeUndefined();
  await correctResidence('lab', HERE);
  expect(await residenceOf('lab')).toBeUndefined();
  await noteResidence('lab', HERE);
  expect(await residenceOf('lab')).toBe(HERE);
  await correctResidence('lab', 'tcp://10.0.0.7:2376');
  expect(await residenceOf('lab')).toBe('tcp://10.0.0.7:2376');
});

test('a note that cannot be written is none', async () => {
  await mkdir(clusterFolder('lab'), { recursive: true });
  vi.stubEnv('RCLUSTER_HOME', '/dev/null/nowhere');
  await noteResidence('lab', HERE);
  expect(await residenceOf('lab')).toBeUndefined();
});

test('what was made elsewhere is not to be taken for gone', async () => {
  await requireNotElsewhere('lab');
  await noteResidence('lab', HERE);
  await requireNotElsewhere('lab');
  await noteResidence('lab', 'tcp://10.0.0.7:2376');
  await expect(requireNotElsewhere('lab')).rejects.toMatchObject({
    code: 'ENGINE_MISSING',
    message: `"lab" is not at ${HERE} (DOCKER_HOST): it was made at tcp://10.0.0.7:2376`,
    hint: expect.stringContaining(clusterFolder('lab')) as string,
  });
});
