import { isClusterName } from '../../config/home.js';
import { readDefaultCluster } from '../../config/default-cluster.js';
import { RclusterError } from '../../base/errors.js';
import { useCluster } from '../../operations/use-cluster.js';
import { USE } from '../configuration.js';
import { EXIT } from '../exit-codes.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async ({ ui, cluster, configuration }, { args: [name] }) => {
  const { origin } = configuration.cluster;
  if (name === undefined) {
    const used = await readDefaultCluster();
    ui.result({ cluster, from: origin, used }, () => `${cluster}  (${origin})`);
    return EXIT.done;
  }
  if (!isClusterName(name))
    throw new RclusterError('CONFIG_INVALID', `"${name}" cannot be the name of a cluster`);
  await useCluster(name, [...(configuration.file?.clusters.keys() ?? [])]);
  const isOverridden = origin !== USE && origin !== 'default' && cluster !== name;
  if (isOverridden) {
    ui.emit({
      type: 'warning',
      text: `here commands go on with "${cluster}": ${origin} goes before rcluster use`,
    });
  }
  ui.result({ cluster: name, from: USE, used: name }, () => `commands mean "${name}" from now on`);
  return EXIT.done;
};
