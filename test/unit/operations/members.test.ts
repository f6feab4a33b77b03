import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/cluster/findings.js';
import { requireServing } from '../../../src/operations/members.js';
import { membersOf, type StatusReport } from '../../../src/operations/observe.js';
import { changed, healthyEntries, idOf, viewOf, viewsOf } from '../cluster/pictures.js';
import { thrownBy } from '../helpers/errors.js';

describe('membersOf', () => {
  const entries = healthyEntries();
  const stranger = { ...entries[0]!, id: idOf(7), port: 7006, slots: [], flags: ['master'] };

  test('are all nodes that know each other', () => expect(membersOf(viewsOf(entries))).toHaveLength(6));

  test('leave out a node that stands alone and owns nothing', () => {
    const members = membersOf([...viewsOf(entries), viewOf(7, [stranger])]);
    expect(members.map(({ self }) => self)).not.toContain(idOf(7));
  });

  test('keep a node that stands alone and owns slots', () => {
    const owner = { ...stranger, slots: [[0, 0]] as const };
    expect(membersOf([...viewsOf(entries), viewOf(7, [owner])])).toHaveLength(7);
  });

  test('keep a newcomer that others know, though it knows nobody yet', () => {
    const known = viewOf(1, [...entries, stranger]);
    expect(membersOf([known, viewOf(7, [stranger])]).map(({ self }) => self)).toContain(idOf(7));
  });

  test('are none while no node has met another', () => {
    const alone = entries.map((_, index) =>
      viewOf(index + 1, changed(entries, index + 1, { slots: [] }).slice(index, index + 1)),
    );
    expect(membersOf(alone)).toEqual([]);
  });
});

describe('requireServing', () => {
  const finding = (code: Finding['code'], message = code): Finding => ({
    code,
    severity: 'error',
    node: undefined,
    message,
    hint: undefined,
  });

  const status = (state: StatusReport['state'], ...findings: Finding[]): StatusReport => ({
    cluster: 'big',
    runtime: 'docker',
    runtimeReason: '',
    image: '',
    state,
    slotsCovered: 16_384,
    nodes: [],
    findings,
  });

  test.each([
    ['a healthy cluster', status('ok')],
    ['half-moved slots, which it is there to finish', status('degraded', finding('SLOT_OPEN'))],
    ['a replica that is down', status('degraded', finding('NODE_DOWN'), finding('MASTER_WITHOUT_REPLICA'))],
  ])('is content with %s', (_, report) => expect(() => requireServing(report)).not.toThrow());

  test.each([
    ['slots without an owner', status('fail', finding('SLOTS_UNCOVERED'))],
    ['a node that some cannot reach', status('degraded', finding('NODE_SUSPECTED'))],
    ['an owner that is down', status('fail', finding('NODE_DOWN'))],
  ])('refuses %s', (_, report) => expect(thrownBy(() => requireServing(report)).code).toBe('UNHEALTHY'));

  test('says all that is wrong', () => {
    const report = status('fail', finding('NODE_DOWN', 'NODE_DOWN'), finding('SLOT_OPEN', 'SLOT_OPEN'));
    expect(thrownBy(() => requireServing(report)).details).toEqual(['NODE_DOWN', 'SLOT_OPEN']);
  });
});
