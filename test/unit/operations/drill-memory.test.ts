import { beforeEach, expect, test, vi } from 'vitest';
import { lastPassedDrill, rememberDrill } from '../../../src/operations/drill-memory.js';
import { keepFile, removeStateFolder } from '../../../src/operations/state-folder.js';
import { temporaryFolder } from '../helpers/temp-folder.js';

beforeEach(async () => {
  vi.stubEnv('RCLUSTER_HOME', await temporaryFolder());
});

test('the last drill is remembered until the cluster is gone', async () => {
  expect(await lastPassedDrill('lab')).toBeNull();
  await rememberDrill('lab', 'kill', 1);
  await rememberDrill('lab', 'kill-master', 2);
  expect(await lastPassedDrill('lab')).toEqual({ name: 'kill-master', at: 2 });
  expect(await lastPassedDrill('other')).toBeNull();
  await removeStateFolder('lab');
  expect(await lastPassedDrill('lab')).toBeNull();
});

test('a memory that cannot be read is none', async () => {
  await keepFile('lab', 'passed-drill.json', '{"version":1,"na');
  expect(await lastPassedDrill('lab')).toBeNull();
  await keepFile('lab', 'passed-drill.json', '{"version":2,"name":"kill","at":1}');
  expect(await lastPassedDrill('lab')).toBeNull();
});

test('a state folder that cannot be written makes no drill fail', async () => {
  vi.stubEnv('RCLUSTER_HOME', '/dev/null/nowhere');
  await expect(rememberDrill('lab', 'kill')).resolves.toBeUndefined();
});
