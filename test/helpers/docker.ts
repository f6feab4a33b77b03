import { run, succeed } from './run.js';

/** What a test looks at and cleans up with the docker command, behind the back of rcluster. */

const lines = (text: string) => text.split('\n').filter((line) => line !== '');

async function named(kind: 'container' | 'network' | 'volume', cluster: string): Promise<string[]> {
  const format = kind === 'container' ? '{{.Names}}' : '{{.Name}}';
  const list = [kind, 'ls', ...(kind === 'container' ? ['--all'] : []), '--format', format];
  const names = lines(await succeed('docker', list));
  return names.filter((name) => name === cluster || name.startsWith(`${cluster}-`));
}

/** What there is of a cluster: `container NAME`, `network NAME`, `volume NAME`. Nameless volumes have to be asked for. */
export async function tracesOf(cluster: string, volumes: readonly string[] = []): Promise<string[]> {
  const left = lines(await succeed('docker', ['volume', 'ls', '--quiet']));
  const found = [
    ...(await named('container', cluster)).map((name) => `container ${name}`),
    ...(await named('network', cluster)).map((name) => `network ${name}`),
    ...[...(await named('volume', cluster)), ...left.filter((name) => volumes.includes(name))].map(
      (name) => `volume ${name}`,
    ),
  ];
  return [...new Set(found)];
}

/** The volumes that a cluster's containers use, those without a name of their own too. */
export async function volumesOf(cluster: string): Promise<string[]> {
  const format = '{{range .Mounts}}{{if eq .Type "volume"}}{{println .Name}}{{end}}{{end}}';
  const containers = await named('container', cluster);
  return lines(await succeed('docker', ['inspect', '--format', format, ...containers]));
}

/** Removes all that has the cluster's name, whoever made it, and whether or not it is there. */
export async function removeTraces(cluster: string): Promise<void> {
  const remove = async (kind: 'container' | 'network' | 'volume', ...flags: string[]) => {
    const names = await named(kind, cluster);
    if (names.length > 0) await run('docker', [kind, 'rm', ...flags, ...names]);
  };
  await remove('container', '--force', '--volumes');
  await remove('network');
  await remove('volume', '--force');
}
