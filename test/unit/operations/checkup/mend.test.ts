import { expect, test } from 'vitest';
import type { CheckupFinding, CheckupSeverity, Fix } from '../../../../src/cluster/checkup/finding.js';
import { fixesOf } from '../../../../src/operations/checkup/mend.js';

const finding = (severity: CheckupSeverity, ...fixes: Fix[]): CheckupFinding => ({
  ...{ code: 'SETTINGS_DIFFER', severity, nodes: [], message: '', why: '', mend: '', fixes },
});
const fix = (parameter: string, value: string): Fix => ({ node: 'node-1', parameter, value });

test('notes are choices, and are left alone', () => {
  expect(fixesOf([finding('note', fix('cluster-node-timeout', '5000'))])).toEqual([]);
});

test('of two values for a setting the last one is set, since the checklist ends with what all nodes share', () => {
  const findings = [
    finding('warning', fix('cluster-node-timeout', '15000')),
    finding('warning', fix('cluster-node-timeout', '400')),
  ];
  expect(fixesOf(findings)).toEqual([fix('cluster-node-timeout', '400')]);
});

test('limits of two classes of clients are two settings', () => {
  const limits = [
    fix('client-output-buffer-limit', 'replica 1 1 1'),
    fix('client-output-buffer-limit', 'pubsub 1 1 1'),
  ];
  expect(fixesOf([finding('warning', ...limits)])).toEqual(limits);
});
