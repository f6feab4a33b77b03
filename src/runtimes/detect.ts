import { RclusterError, isRclusterError } from '../base/errors.js';
import { DEFAULT_SOCKET, dockerHost } from '../config/docker-host.js';
import { clusterFolder } from '../config/home.js';
import type { RuntimeKind } from '../config/types.js';
import { correctResidence, residenceOf } from './docker/residence.js';
import type { ClusterRecord, Runtime } from './runtime.js';

/** A runtime, and why it is this one. */
export interface ChosenRuntime {
  readonly runtime: Runtime;
  readonly reason: string;
}

/** The engine's client takes a tenth of a second to load; only who needs it pays. */
async function docker(): Promise<ChosenRuntime> {
  const { DockerRuntime } = await import('./docker/docker-runtime.js');
  const runtime = await DockerRuntime.connect();
  return { runtime, reason: `an engine answers (${runtime.source})` };
}

async function local(redisServer: string | undefined, reason: string): Promise<ChosenRuntime> {
  const { ProcessRuntime } = await import('./process/process-runtime.js');
  return { runtime: new ProcessRuntime(redisServer), reason };
}

/**
 * The runtime for a new cluster: the one asked for, else docker where an engine answers, else processes.
 *
 * @throws ENGINE_MISSING when an engine was named and does not answer, ENGINE_FORBIDDEN
 */
export async function chooseRuntime(
  asked: RuntimeKind | undefined,
  redisServer: string | undefined,
): Promise<ChosenRuntime> {
  if (asked === 'process') return local(redisServer, '--runtime process');
  if (asked === 'docker') return { ...(await docker()), reason: '--runtime docker' };
  if (redisServer !== undefined) return local(redisServer, '--redis-server was given');
  try {
    return await docker();
  } catch (error) {
    // Whoever names an engine wants that one; whoever may not use the one there is wants to be told.
    if (!isRclusterError(error, 'ENGINE_MISSING') || (await dockerHost()).source !== DEFAULT_SOCKET)
      throw error;
    return local(undefined, error.message);
  }
}

export interface FoundCluster extends ChosenRuntime {
  readonly record: ClusterRecord;
}

/**
 * The cluster of that name, wherever it lives; undefined when there is none. Without an engine there are no containers,
 * so nothing is overlooked when none answers, unless the cluster was made in one.
 *
 * @throws ENGINE_MISSING, ENGINE_FORBIDDEN when an engine may know of it but does not say
 */
export async function findExisting(name: string, asked?: RuntimeKind): Promise<FoundCluster | undefined> {
  const reason = 'the cluster was made with it';
  const { runtime: processes } = await local(undefined, reason);
  const processRecord = await processes.cluster(name);
  if (processRecord !== undefined) return { runtime: processes, record: processRecord, reason };
  const engine = await docker().catch(async (error: unknown) => {
    // Who asks for processes need not have an engine; but a cluster of that name in one is in the way.
    if (asked === 'process') return undefined;
    if (!isRclusterError(error, 'ENGINE_MISSING')) throw error;
    const residence = await residenceOf(name);
    if (residence === undefined) return undefined;
    throw new RclusterError('ENGINE_MISSING', error.message, {
      details: [`the nodes of "${name}" are containers of ${residence}`],
      hint: `start Docker, or up --runtime process; should those containers be gone for good, remove ${clusterFolder(name)}`,
      cause: error,
    });
  });
  const record = await engine?.runtime.cluster(name);
  if (engine === undefined || record === undefined) return undefined;
  await correctResidence(name, (await dockerHost()).url);
  return { runtime: engine.runtime, record, reason };
}

/** Removes the data of a cluster of which nothing else is left in the engine; where none answers, there is none. */
export async function removeOrphanedData(name: string): Promise<void> {
  const engine = await docker().catch(() => undefined);
  if ((await engine?.runtime.hasData(name)) === true)
    await engine?.runtime.removeCluster(name, { keepData: false });
}

/**
 * For who is about to remove what is left of a cluster that was not found.
 *
 * @throws ENGINE_MISSING when it was made in another engine than the one that was asked
 */
export async function requireNotElsewhere(name: string): Promise<void> {
  const [engine, { url, source }] = await Promise.all([residenceOf(name), dockerHost()]);
  if (engine === undefined || engine === url) return;
  throw new RclusterError(
    'ENGINE_MISSING',
    `"${name}" is not at ${url} (${source}): it was made at ${engine}`,
    {
      hint: `DOCKER_HOST=${engine}; should its containers be gone for good, remove ${clusterFolder(name)}`,
    },
  );
}

/** @throws CLUSTER_UNKNOWN with the clusters that there are */
export async function findCluster(name: string): Promise<FoundCluster> {
  const found = await findExisting(name);
  if (found !== undefined) return found;
  const { records, unseen } = await findClusters();
  const others = records.map((record) => record.spec.name);
  throw new RclusterError('CLUSTER_UNKNOWN', `no cluster is called "${name}"`, {
    details: unseen,
    hint:
      others.length === 0 ? 'rcluster up makes one' : `there is ${others.join(', ')}; choose with --cluster`,
  });
}

/** All clusters of this host, and what could not be looked at. */
export async function findClusters(): Promise<{ records: ClusterRecord[]; unseen: string[] }> {
  const records: ClusterRecord[] = [];
  const unseen: string[] = [];
  for (const open of [docker, () => local(undefined, '')]) {
    try {
      records.push(...(await (await open()).runtime.clusters()));
    } catch (error) {
      if (!isRclusterError(error, 'ENGINE_MISSING') && !isRclusterError(error, 'ENGINE_FORBIDDEN'))
        throw error;
      unseen.push(error.message);
    }
  }
  return { records, unseen };
}

/** Looks at the runtime's side of the cluster anew. */
export async function again(found: FoundCluster): Promise<FoundCluster> {
  return { ...found, record: (await found.runtime.cluster(found.record.spec.name)) ?? found.record };
}
