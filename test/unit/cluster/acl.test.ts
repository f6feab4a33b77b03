import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { aclProblems, definesDefault, hashedUsers, renderUsers } from '../../../src/cluster/acl.js';

const hash = (text: string) => `#${createHash('sha256').update(text).digest('hex')}`;
const secrets = { clientUser: 'default', client: ['sesame'], admin: ['a'], replication: ['r'], users: [] };

describe('the users of a node', () => {
  test('are known by hashes alone', () => {
    const text = renderUsers({ ...secrets, users: hashedUsers('user app on >wide-open ~app:* +@read') });
    expect(text).toContain(`user default reset on ${hash('sesame')} ~* &* +@all`);
    expect(text).toContain(`user app on ${hash('wide-open')} ~app:* +@read`);
    expect(text).not.toMatch(/sesame|wide-open/);
  });

  test('have both passwords while one is changed for the other', () => {
    expect(renderUsers({ ...secrets, client: ['new', 'old'] })).toContain(
      `user default reset on ${hash('new')} ${hash('old')} `,
    );
  });

  test('of rcluster’s own may do no more than they need', () => {
    const lineOf = (name: string) =>
      renderUsers(secrets)
        .split('\n')
        .find((line) => line.startsWith(`user ${name} `));
    expect(lineOf('rcluster-replication')).toMatch(/ \+psync \+replconf \+ping$/);
    expect(lineOf('rcluster-migration')).toBe(
      'user rcluster-migration reset off ~* +restore-asking +restore +select',
    );
    expect(lineOf('rcluster')).toContain('-shutdown');
  });
});

describe('an ACL file', () => {
  test('has users, comments and blank lines', () => {
    expect(aclProblems('# people\n\nuser app on >x ~* +@all\r\nuser default off\n')).toEqual([]);
    expect(definesDefault(hashedUsers('user default off'))).toBe(true);
    expect(definesDefault(hashedUsers('user defaults on'))).toBe(false);
  });

  test('cannot take a user of rcluster’s own, nor say anything else', () => {
    expect(aclProblems('user rcluster on nopass\nrequirepass x\nuser')).toHaveLength(3);
  });
});
