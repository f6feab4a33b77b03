import { RclusterError } from '../base/errors.js';
import { readSecretFile } from './password.js';
import type { ResolvedUpOptions } from './schema.js';

/** Where what guards a cluster comes from, as `up` is told. */
export type GuardSources = Partial<
  Pick<ResolvedUpOptions, 'password' | 'passwordFile' | 'aclFile' | 'tlsCert' | 'tlsKey' | 'tlsCa'>
>;

export interface Guard {
  /** Undefined: one is to be made up. */
  readonly password: string | undefined;
  /** The text of the ACL file, if there is one. */
  readonly acl: string | undefined;
  /** PEM texts. */
  readonly certificates: { readonly cert: string; readonly key: string; readonly ca: string } | undefined;
}

/** Reads the files. @throws CONFIG_INVALID that tells nothing of what is in them */
export async function readGuard({
  password,
  passwordFile,
  aclFile,
  tlsCert,
  tlsKey,
  tlsCa,
}: GuardSources): Promise<Guard> {
  const [fromFile, acl, cert, key, ca] = await Promise.all([
    readIfNamed('--password-file', passwordFile),
    readIfNamed('--acl-file', aclFile),
    readIfNamed('--tls-cert', tlsCert),
    readIfNamed('--tls-key', tlsKey),
    readIfNamed('--tls-ca', tlsCa),
  ]);
  if (fromFile !== undefined && !/^[^\p{Cc}]+$/u.test(fromFile)) {
    throw new RclusterError('CONFIG_INVALID', '--password-file: must be one line of at least one character');
  }
  const certificates =
    cert === undefined || key === undefined || ca === undefined ? undefined : { cert, key, ca };
  return { password: fromFile ?? (password === true ? undefined : password), acl, certificates };
}

async function readIfNamed(flag: string, path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : readSecretFile(flag, path);
}
