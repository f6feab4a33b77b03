import { all } from '../base/concurrency.js';
import { RclusterError } from '../base/errors.js';
import { nodeSpecs, type ClusterSpec, type UpBehaviour } from '../config/types.js';
import type { Runtime } from '../runtimes/runtime.js';
import { claimPorts } from './claim.js';

/**
 * Runs `work` with the specification on the ports that it asks for, or where any will do on the next ones that are free and
 * that no other command is about to take.
 *
 * @throws PORT_IN_USE when no ports are free
 */
export async function onPorts<Result>(
  runtime: Runtime,
  asked: ClusterSpec,
  { anyPort }: Pick<UpBehaviour, 'anyPort'>,
  work: (spec: ClusterSpec) => Promise<Result>,
): Promise<Result> {
  // Ports that were asked for are taken whatever others claim; the claim is for those who look for any.
  const { spec, release } = anyPort
    ? await findPorts(runtime, asked)
    : { spec: asked, release: await claimPorts(portsOf(asked)) };
  try {
    return await work(spec);
  } finally {
    release?.();
  }
}

const portsOf = (spec: ClusterSpec) => nodeSpecs(spec).map(({ port }) => port);

async function findPorts(
  runtime: Runtime,
  asked: ClusterSpec,
): Promise<{ readonly spec: ClusterSpec; readonly release: () => void }> {
  const count = nodeSpecs(asked).length;
  for (let basePort = asked.basePort; basePort + count <= 55_536; basePort += count) {
    const spec = { ...asked, basePort };
    const release = await claimPorts(portsOf(spec));
    if (release === undefined) continue;
    // Looked at under the claim: whoever had it before has started its nodes meanwhile.
    const free = await all(portsOf(spec), (port) => runtime.portIsFree(spec, port));
    if (free.every(Boolean)) return { spec, release };
    release();
  }
  throw new RclusterError('PORT_IN_USE', `no ${count} ports in a row are free from ${asked.basePort} on`);
}
