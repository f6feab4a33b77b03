import type { RedisOptions } from 'ioredis';
import type { Access } from '../config/types.js';

/** What a client has to be told so that nodes let it in. */
export function accessOptions({ username, password, tls }: Access = {}): Pick<
  RedisOptions,
  'username' | 'password' | 'tls'
> {
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls !== undefined && { tls: { ...tls } }),
  };
}
