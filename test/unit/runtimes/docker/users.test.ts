import { describe, expect, test } from 'vitest';
import { serverUser } from '../../../../src/runtimes/docker/users.js';

const ALPINE = 'root:x:0:0:root:/root:/bin/sh\nredis:x:999:1000:redis:/home/redis:/sbin/nologin\n';
const VALKEY = 'root:x:0:0::/root:/bin/sh\nvalkey:x:998:997::/data:/bin/sh';

describe('the server of an image', () => {
  test.each([
    ['', ALPINE, 'redis', { uid: 999, gid: 1000 }],
    ['root', ALPINE, 'redis', { uid: 999, gid: 1000 }],
    ['0:0', ALPINE, 'redis', { uid: 999, gid: 1000 }],
    ['', VALKEY, 'valkey', { uid: 998, gid: 997 }],
    ['valkey', VALKEY, 'redis', { uid: 998, gid: 997 }],
    ['998', VALKEY, 'redis', { uid: 998, gid: 997 }],
    ['1001', ALPINE, 'redis', { uid: 1001, gid: 1001 }],
    ['1001:0', ALPINE, 'redis', { uid: 1001, gid: 0 }],
  ])('of user "%s" runs as whom the image means', (config, passwd, server, user) => {
    expect(serverUser(config, passwd, server)).toEqual(user);
  });

  test.each([
    ['', '', 'redis'],
    ['ghost', 'root:x:0:0', 'redis'],
    ['', 'redis:x:many:1', 'redis'],
    ['0', 'redis', 'redis'],
  ])('of user "%s" and an unhelpful passwd is nobody else, never root', (config, passwd, server) => {
    expect(serverUser(config, passwd, server)).toEqual({ uid: 999, gid: 999 });
  });
});
