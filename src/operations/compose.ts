import { RclusterError } from '../base/errors.js';
import { renderCompose } from '../compose/compose-file.js';
import { resolveUp } from '../config/resolve.js';
import type { UpOptions } from '../config/schema.js';
import { readTemplate } from '../config/templates.js';
import { isGuarded } from './access/access.js';

/** The compose file of the cluster that `up` would make with the same options. @throws CONFIG_INVALID */
export async function compose(options: UpOptions = {}): Promise<string> {
  const { spec } = resolveUp(options);
  if (isGuarded(spec)) {
    throw new RclusterError(
      'CONFIG_INVALID',
      'a compose file has no place for secrets: it is of open clusters alone, and this one has a password or TLS',
      { hint: 'rcluster up boots it as it is' },
    );
  }
  const [redisConf, formScript] = await Promise.all([
    readTemplate('redis.conf'),
    readTemplate('form-cluster.sh'),
  ]);
  return renderCompose(spec, redisConf, formScript);
}
