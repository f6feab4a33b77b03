import { expect } from 'vitest';
import type { CheckupReport } from '../../src/index.js';
import { rcluster } from './run.js';

/** The codes of what `doctor` finds. */
export async function findingsOf(...args: readonly string[]): Promise<string[]> {
  const { stdout, stderr } = await rcluster(['doctor', '-q', '--json', ...args]);
  expect(stderr).toBe('');
  return (JSON.parse(stdout) as CheckupReport).findings.map(({ code }) => code);
}
