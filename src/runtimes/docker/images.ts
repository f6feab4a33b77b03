import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { bytes } from '../../base/format.js';
import { RclusterError, interruption, isRclusterError, messageOf } from '../../base/errors.js';
import { packageFile } from '../../config/home.js';
import { runScript } from '../script.js';
import type { Activity, Server } from '../runtime.js';
import { engineCall, engineError, statusOf, type Engine } from './engine.js';

/** The official images that Debian's packages can stand in for, and what the stand-in is called. */
const EQUIVALENTS = [
  { pattern: /^(?:redis):7(?:[.-]|$)/, server: 'redis:7' },
  { pattern: /^(?:redis):8(?:[.-]|$)/, server: 'redis:8' },
  { pattern: /^(?:valkey\/valkey):9(?:[.-]|$)/, server: 'valkey:9' },
] as const;

/** `redis:7-alpine` -> `redis:7`; undefined where we have no equivalent. */
export function equivalentOf(image: string): string | undefined {
  return EQUIVALENTS.find(({ pattern }) => pattern.test(image))?.server;
}

const standInTag = (server: string) => `rcluster/${server}`;

/**
 * The image if it is present, else pulled, else built from Debian's packages under a name of our own.
 *
 * @throws IMAGE_UNAVAILABLE
 */
export async function prepareImage(engine: Engine, image: string, activity: Activity): Promise<Server> {
  if (await isPresent(engine, image)) return { reference: image, notice: undefined };
  const server = equivalentOf(image);
  // A stand-in that is there was built because no registry answered; asking again at every `up` would cost seconds.
  if (server !== undefined && (await isPresent(engine, standInTag(server)))) return standIn(image, server);
  try {
    await pull(engine, image, activity);
    return { reference: image, notice: undefined };
  } catch (pullError) {
    throwIfAborted(activity);
    const failure = engineError(`pulling image ${image}`, pullError);
    if (failure.code === 'DISK_FULL') throw failure;
    if (server === undefined) throw unavailable(image, [messageOf(pullError)]);
    activity.emit({
      type: 'step',
      text: `no registry answers; building ${standInTag(server)} from Debian's packages`,
    });
    try {
      await buildStandIn(engine, server, activity);
    } catch (buildError) {
      throwIfAborted(activity);
      const details = isRclusterError(buildError) ? buildError.details : [];
      throw unavailable(image, [messageOf(pullError), messageOf(buildError), ...details]);
    }
    return standIn(image, server);
  }
}

function standIn(image: string, server: string): Server {
  return {
    reference: standInTag(server),
    notice: `${image} is not here and was not to be pulled: using ${standInTag(server)}, built from Debian's packages`,
  };
}

function unavailable(image: string, details: string[]): RclusterError {
  return new RclusterError('IMAGE_UNAVAILABLE', `image ${image} is neither present nor to be had`, {
    details,
    hint: `docker pull ${image} where a registry answers, or --image with one that docker images lists`,
  });
}

function throwIfAborted({ signal }: Activity): void {
  if (signal?.aborted === true) throw interruption(signal);
}

async function isPresent({ docker }: Engine, image: string): Promise<boolean> {
  try {
    await docker.getImage(image).inspect();
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw engineError(`looking for image ${image}`, error);
  }
}

/** What an image says of how it is to be run. */
export interface ImageFacts {
  /** The server that it starts by default: official entrypoints know their server by that name. */
  readonly command: 'redis-server' | 'valkey-server';
  /** As whom, as in {@link serverUser}. */
  readonly user: string;
}

export async function imageFacts({ docker }: Engine, image: string): Promise<ImageFacts> {
  const { Config } = await engineCall(`inspecting image ${image}`, () => docker.getImage(image).inspect());
  const [command = ''] = (Config.Cmd as string[] | null) ?? [];
  return {
    command: basename(command) === 'valkey-server' ? 'valkey-server' : 'redis-server',
    user: Config.User,
  };
}

interface Status {
  readonly id?: string;
  /** Of a failure after the engine has answered that all is well. */
  readonly error?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

async function pull({ docker }: Engine, image: string, { emit, signal }: Activity): Promise<void> {
  emit({ type: 'step', text: `pulling ${image}` });
  const tagged = /:[^/]+$|@/.test(image) ? image : `${image}:latest`;
  const stream = await docker.pull(tagged, signal === undefined ? {} : { abortSignal: signal });
  const layers = new Map<string, { current: number; total: number }>();
  await followed(docker, stream, ({ id, progressDetail: { current, total } = {} }) => {
    if (id === undefined || current === undefined || total === undefined) return;
    layers.set(id, { current, total });
    const sum = (pick: 'current' | 'total') =>
      [...layers.values()].reduce((all, layer) => all + layer[pick], 0);
    emit({
      type: 'progress',
      text: `pulling ${image} (${bytes(sum('total'))})`,
      done: sum('current'),
      total: sum('total'),
      unit: 'bytes',
    });
  });
}

/** Until the engine has done what it tells of. @throws what it could not do */
async function followed(
  docker: Engine['docker'],
  stream: NodeJS.ReadableStream,
  onStatus: (status: Status) => void = () => undefined,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(
      stream,
      (error) => (error === null ? resolve() : reject(error)),
      (status: Status) => {
        if (status.error === undefined) onStatus(status);
        else reject(new Error(status.error));
      },
    );
  });
}

/** What the official image says of itself; docker/image.sh makes the file system to match. */
const IMPORT_CHANGES = [
  'ENTRYPOINT ["docker-entrypoint.sh"]',
  'CMD ["redis-server"]',
  'WORKDIR /data',
  'VOLUME /data',
  'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'EXPOSE 6379',
];

async function buildStandIn(engine: Engine, server: string, activity: Activity): Promise<void> {
  await importBuilt(engine, standInTag(server), 'image.sh', [server], IMPORT_CHANGES, activity);
}

const TOOLS_IMAGE = 'rcluster/nettools:1';

/**
 * The image with iptables and tc, built from Debian's packages where it is not there yet.
 *
 * @throws IMAGE_UNAVAILABLE where it cannot be built
 */
export async function prepareTools(engine: Engine, activity: Activity): Promise<string> {
  if (await isPresent(engine, TOOLS_IMAGE)) return TOOLS_IMAGE;
  activity.emit({ type: 'step', text: `building ${TOOLS_IMAGE} from Debian's packages` });
  const changes = ['CMD ["sh"]', 'ENV PATH=/usr/sbin:/usr/bin'];
  await importBuilt(engine, TOOLS_IMAGE, 'nettools.sh', [], changes, activity);
  return TOOLS_IMAGE;
}

/** Builds a root file system with one of the scripts of docker/, and imports it. @throws IMAGE_UNAVAILABLE */
async function importBuilt(
  { docker }: Engine,
  image: string,
  script: string,
  args: readonly string[],
  changes: string[],
  { signal }: Activity,
): Promise<void> {
  const { Arch } = (await engineCall('asking the engine', () => docker.version())) as { Arch: string };
  const folder = await mkdtemp(join(tmpdir(), 'rcluster-image-'));
  const archive = join(folder, 'rootfs.tar');
  try {
    await runScript(packageFile('docker', script), [...args, Arch, archive], 'IMAGE_UNAVAILABLE', signal);
    const [repo = '', tag = ''] = image.split(':');
    await engineCall(`importing ${image}`, async () => {
      const stream = await docker.importImage(createReadStream(archive), { repo, tag, changes });
      await followed(docker, stream);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
