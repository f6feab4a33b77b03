import { renderCompose } from '../compose/compose-file.js';
import { resolveUp } from '../config/resolve.js';
import type { UpOptions } from '../config/schema.js';
import { readTemplate } from '../config/templates.js';

/** The compose file of the cluster that `up` would make with the same options. @throws CONFIG_INVALID */
export async function compose(options: UpOptions = {}): Promise<string> {
  const { spec } = resolveUp(options);
  const [redisConf, formScript] = await Promise.all([
    readTemplate('redis.conf'),
    readTemplate('form-cluster.sh'),
  ]);
  return renderCompose(spec, redisConf, formScript);
}
