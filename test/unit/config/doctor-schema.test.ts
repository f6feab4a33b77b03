import { describe, expect, test } from 'vitest';
import { parseClusterUrl, resolveDoctor } from '../../../src/config/doctor-schema.js';
import { thrownBy } from '../helpers/errors.js';

const NONE = { username: undefined, password: undefined, tls: undefined };

describe('--url', () => {
  test.each([
    ['redis://10.0.0.7:7001', { host: '10.0.0.7', port: 7001, access: NONE }],
    ['redis://cache', { host: 'cache', port: 6379, access: NONE }],
    ['rediss://cache:80/0', { host: 'cache', port: 80, access: { ...NONE, tls: {} } }],
    ['redis://[::1]:7000', { host: '::1', port: 7000, access: NONE }],
    ['redis://:p%40ss@cache', { host: 'cache', port: 6379, access: { ...NONE, password: 'p@ss' } }],
    [
      'redis://bob:secret@cache',
      { host: 'cache', port: 6379, access: { ...NONE, username: 'bob', password: 'secret' } },
    ],
  ])('%s', (text, expected) => expect(parseClusterUrl(text, {})).toEqual(expected));

  test('takes the password that redis-cli takes, unless it brings one', () => {
    const env = { REDISCLI_AUTH: 'from-env' };
    expect(parseClusterUrl('redis://cache', env).access.password).toBe('from-env');
    expect(parseClusterUrl('redis://:own@cache', env).access.password).toBe('own');
  });

  test.each(['cache:7000', 'http://cache', 'redis://', 'redis://x:sesame@cache:1:2', 'redis://:%zz@cache'])(
    'refuses %s without repeating it, for a password may be in it',
    (text) => {
      const { code, message } = thrownBy(() => parseClusterUrl(text, {}));
      expect(code).toBe('CONFIG_INVALID');
      expect(message).not.toContain('sesame');
    },
  );

  test('goes with looking alone', () => {
    const { code, message } = thrownBy(() => resolveDoctor({ url: 'redis://cache', fix: true }, {}));
    expect([code, message.startsWith('--fix:')]).toEqual(['CONFIG_INVALID', true]);
    expect(resolveDoctor({}, {})).toEqual({ fix: false, url: undefined });
  });
});
