import * as z from 'zod';
import { RclusterError } from '../base/errors.js';
import { flag } from './fields.js';
import { resolveOptions } from './resolve.js';
import type { Access } from './types.js';

/** The options of `doctor`, as flags and as library options alike. */
const doctorSchema = z.strictObject({
  /** Mend what a CONFIG SET mends. */
  fix: flag.default(false),
  /** A cluster that rcluster did not make: any of its nodes. */
  url: z.string().optional(),
});

export type DoctorOptions = z.input<typeof doctorSchema>;

/** Where a cluster is that rcluster did not make, and what its nodes want to hear first. */
export interface ClusterUrl {
  readonly host: string;
  readonly port: number;
  readonly access: Access;
}

export interface ResolvedDoctor {
  readonly fix: boolean;
  readonly url: ClusterUrl | undefined;
}

const REDIS_PORT = 6379;
const FORM = 'redis://HOST:PORT, redis://USER:PASSWORD@HOST:PORT, or rediss:// for TLS';

/** @throws CONFIG_INVALID */
export function resolveDoctor(options: DoctorOptions, env: NodeJS.ProcessEnv = process.env): ResolvedDoctor {
  const { fix, url } = resolveOptions(doctorSchema, options);
  if (fix && url !== undefined) {
    throw new RclusterError(
      'CONFIG_INVALID',
      '--fix: a cluster that rcluster did not make is only looked at',
      {
        hint: 'without --fix each finding says how to mend it',
      },
    );
  }
  return { fix, url: url === undefined ? undefined : parseClusterUrl(url, env) };
}

/**
 * Passwords are better off in REDISCLI_AUTH, which redis-cli reads as well, than in a command line.
 *
 * @throws CONFIG_INVALID that does not repeat the text, since a password may be in it
 */
export function parseClusterUrl(text: string, env: NodeJS.ProcessEnv = process.env): ClusterUrl {
  if (!URL.canParse(text)) throw malformed();
  const url = new URL(text);
  if (!['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') throw malformed();
  const [username, password] = [decoded(url.username), decoded(url.password)];
  const auth = env['REDISCLI_AUTH'] ?? '';
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? REDIS_PORT : Number(url.port),
    access: {
      username: username === '' ? undefined : username,
      password: password !== '' ? password : auth === '' ? undefined : auth,
      tls: url.protocol === 'rediss:' ? {} : undefined,
    },
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw malformed();
  }
}

const malformed = () => new RclusterError('CONFIG_INVALID', `--url: must read ${FORM}`);
