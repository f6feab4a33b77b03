import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Docker from 'dockerode';
import { RclusterError, isRclusterError, messageOf, systemCodeOf } from '../../base/errors.js';
import { withTimeLimit } from '../../base/race.js';
import { dockerHost, type DockerHost } from '../../config/docker-host.js';

/** A Docker engine that answers. */
export interface Engine {
  readonly docker: Docker;
  readonly host: DockerHost;
  /** The engine shares this host's kernel and loopback, so ports and sysctls can be looked at before they fail. */
  readonly isLocal: boolean;
}

const PING_TIMEOUT_MS = 10_000;
/** Longer than a busy engine takes for anything, so that one that hangs is an error and not a wait without end. */
const CALL_TIMEOUT_MS = 120_000;

/** @throws ENGINE_MISSING, ENGINE_FORBIDDEN */
export async function connectEngine(): Promise<Engine> {
  const host = await dockerHost();
  const docker = new Docker(await modemOptions(host));
  try {
    // An engine that accepts and never answers must not hang us.
    await withTimeLimit(docker.ping(), PING_TIMEOUT_MS);
  } catch (error) {
    throw unanswered(host, error);
  }
  return { docker, host, isLocal: host.url.startsWith('unix:') };
}

async function modemOptions({ url, tlsFolder }: DockerHost): Promise<Docker.DockerOptions> {
  const local = /^(?:unix|npipe):\/\/(.+)$/.exec(url);
  if (local?.[1] !== undefined) return { socketPath: local[1] };
  const { protocol, hostname, port, username } = new URL(url);
  if (protocol === 'ssh:') {
    return { protocol: 'ssh', host: hostname, port: port || '22', username: decodeURIComponent(username) };
  }
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map(async (name) =>
      tlsFolder === undefined ? undefined : readFile(join(tlsFolder, name)).catch(() => undefined),
    ),
  );
  const tls = ca !== undefined && cert !== undefined && key !== undefined;
  return {
    protocol: tls ? 'https' : 'http',
    host: hostname,
    port: port || (tls ? '2376' : '2375'),
    ...(tls && { ca, cert, key }),
  };
}

function unanswered(host: DockerHost, error: unknown): RclusterError {
  const code = systemCodeOf(error);
  if (code === 'EACCES' || code === 'EPERM') {
    return new RclusterError(
      'ENGINE_FORBIDDEN',
      `${host.url} may not be used by this user (${host.source})`,
      {
        hint: 'sudo usermod -aG docker "$USER", then log in again; or --runtime process',
        cause: error,
      },
    );
  }
  return new RclusterError(
    'ENGINE_MISSING',
    `no Docker engine answers at ${host.url} (${host.source}): ${code ?? messageOf(error)}`,
    {
      hint: 'start Docker, or use --runtime process',
      cause: error,
    },
  );
}

/** The HTTP status of an engine's answer; undefined for anything else. */
export function statusOf(error: unknown): number | undefined {
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number')
    return error.statusCode;
  return undefined;
}

/** Runs a call to the engine; what it refuses becomes an error of ours. */
export async function engineCall<Result>(what: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await withTimeLimit(call(), CALL_TIMEOUT_MS);
  } catch (error) {
    throw engineError(what, error);
  }
}

/** Like {@link engineCall}; "it is not there" (404) and "it is so already" (304) are fine. */
export async function engineCallUnlessGone(what: string, call: () => Promise<unknown>): Promise<void> {
  try {
    await withTimeLimit(call(), CALL_TIMEOUT_MS);
  } catch (error) {
    const status = statusOf(error);
    if (status !== 404 && status !== 304) throw engineError(what, error);
  }
}

/** What the engine refused, as an error of ours. */
export function engineError(what: string, error: unknown): RclusterError {
  if (isRclusterError(error)) return error;
  // dockerode prefixes "(HTTP code 500) server error - ", which says nothing that the text does not.
  const reason = messageOf(error)
    .replace(/^\(HTTP code \d+\) [^-]*- /, '')
    .trim();
  if (/no space left on device/i.test(reason)) {
    return new RclusterError('DISK_FULL', `${what}: no space left on the engine's disk`, {
      hint: 'docker system df shows what takes it',
      details: [reason],
      cause: error,
    });
  }
  // The wording changed over the engine's versions; the host's address and port come first in all of them.
  const taken =
    /(?:Bind for|listen tcp4?|bind host port(?: for)?) (\d+\.\d+\.\d+\.\d+):(\d+).*(?:already allocated|already in use)/.exec(
      reason,
    );
  if (taken !== null) {
    return new RclusterError('PORT_IN_USE', `${taken[1] ?? ''}:${taken[2] ?? ''} is taken`, {
      hint: '--base-port with other ports, or --any-port',
      cause: error,
    });
  }
  const code = systemCodeOf(error);
  if (code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'ECONNRESET') {
    return new RclusterError('ENGINE_MISSING', `${what}: the Docker engine stopped answering`, {
      cause: error,
    });
  }
  return new RclusterError('ENGINE_ERROR', `${what}: ${reason}`, { cause: error });
}

/** Takes apart what the engine sends of a container without a terminal: standard output and error in one stream. */
export function splitStreams(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  stdout: NodeJS.WritableStream,
  stderr: NodeJS.WritableStream,
): void {
  const modem = docker.modem as {
    demuxStream(
      from: NodeJS.ReadableStream,
      stdout: NodeJS.WritableStream,
      stderr: NodeJS.WritableStream,
    ): void;
  };
  modem.demuxStream(stream, stdout, stderr);
}

/** For a container that has the name of one of ours. */
export function notOurs(name: string): RclusterError {
  return new RclusterError('ENGINE_ERROR', `a container called ${name} exists that rcluster did not make`, {
    hint: `--cluster with another name, or docker rm ${name}`,
  });
}
