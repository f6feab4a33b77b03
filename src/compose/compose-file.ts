import { stringify } from 'yaml';
import { hostOf } from '../config/announce.js';
import { LABEL, nodeLabels } from '../config/labels.js';
import { defaultSubnet, nodeAddress } from '../config/subnets.js';
import { PIDS_LIMIT } from '../config/defaults.js';
import { nodeSpecs, type ClusterSpec, type NodeSpec } from '../config/types.js';
import { renderRedisConf, settingsOf, wordsOf } from './redis-conf.js';

const FORM_SECONDS = 60;
/** docker-compose 1.29 reads YAML 1.1, where a bare `no` is false: that version's rules quote what it would misread. */
const YAML = { lineWidth: 0, compat: 'yaml-1.1' } as const;

/**
 * A compose file that needs nothing but itself: `docker-compose up -d` (1.29) and `docker compose up -d` (v2) end with a
 * formed cluster, which rcluster's commands then recognise by its labels.
 *
 * @param redisConf the text of templates/redis.conf
 * @param formScript the text of templates/form-cluster.sh
 */
export function renderCompose(spec: ClusterSpec, redisConf: string, formScript: string): string {
  const subnet = spec.subnet === '' ? defaultSubnet(spec) : spec.subnet;
  const nodes = nodeSpecs(spec);
  const file = {
    services: {
      ...Object.fromEntries(nodes.map((node) => [node.name, nodeService(spec, node, subnet, redisConf)])),
      form: formService(spec, nodes, subnet, formScript),
    },
    networks: {
      default: {
        name: spec.name,
        driver: 'bridge',
        ipam: { config: [{ subnet }] },
        labels: { [LABEL.cluster]: spec.name, [LABEL.spec]: JSON.stringify(spec) },
      },
    },
    volumes: Object.fromEntries(
      nodes.map((node) => [
        node.name,
        {
          name: `${spec.name}-${node.name}`,
          labels: {
            [LABEL.cluster]: spec.name,
            [LABEL.node]: String(node.number),
            [LABEL.port]: String(node.port),
          },
        },
      ]),
    ),
  };
  const header = [
    `# A Redis Cluster of ${nodes.length} nodes, rendered by rcluster.`,
    `#   docker compose -p ${spec.name} up -d      boots and forms it`,
    `#   redis-cli -c -h ${hostOf(spec)} -p ${spec.basePort}     connects`,
    `#   rcluster status --cluster ${spec.name}    works on it as well`,
  ];
  return `${header.join('\n')}\n${stringify(withoutInterpolation(file), YAML)}`;
}

function nodeService(spec: ClusterSpec, node: NodeSpec, subnet: string, redisConf: string) {
  const settings = settingsOf(renderRedisConf(redisConf, spec, node, '* -::*'));
  return {
    image: spec.image,
    container_name: `${spec.name}-${node.name}`,
    command: ['redis-server', ...settings.flatMap(([name, value]) => [`--${name}`, ...wordsOf(value)])],
    environment: { TZ: 'UTC' },
    labels: nodeLabels(spec, node),
    ports: [`${spec.bind}:${node.port}:${node.port}`],
    volumes: [`${node.name}:/data`],
    networks: { default: { ipv4_address: nodeAddress(subnet, node.number) } },
    healthcheck: {
      test: ['CMD', 'redis-cli', '-p', String(node.port), 'ping'],
      interval: '30s',
      timeout: '5s',
      retries: 3,
    },
    restart: 'unless-stopped',
    stop_grace_period: '10s',
    ...(spec.memory > 0 && { mem_limit: spec.memory }),
    ...confined(spec),
  };
}

/**
 * As the containers of `up`, as far as an image's name tells: those of the servers themselves have a user called after the
 * server, to whom their folder of the data belongs, and a new volume as well. Any other image may begin as root.
 */
function confined({ image }: ClusterSpec) {
  const limits = { security_opt: ['no-new-privileges:true'], pids_limit: PIDS_LIMIT };
  const [, user] = /(?:^|\/)(redis|valkey)(?:[:@]|$)/.exec(image) ?? [];
  return user === undefined ? limits : { ...limits, user, cap_drop: ['ALL'], read_only: true };
}

function formService(spec: ClusterSpec, nodes: readonly NodeSpec[], subnet: string, script: string) {
  return {
    image: spec.image,
    container_name: `${spec.name}-form`,
    entrypoint: ['sh', '-c', script],
    environment: {
      NODES: nodes.map((node) => `${nodeAddress(subnet, node.number)}:${node.port}`).join(' '),
      MASTERS: String(spec.masters),
      SECONDS_AT_MOST: String(FORM_SECONDS),
    },
    // No node, but of the cluster: `rcluster down` takes it along.
    labels: { [LABEL.cluster]: spec.name },
    depends_on: nodes.map((node) => node.name),
    networks: { default: {} },
    ...confined(spec),
    // The image's own volume would be left behind by a plain `compose down`.
    tmpfs: ['/data'],
    restart: 'no',
  };
}

/** compose would read `$NAME` in any string as a variable of its own. */
function withoutInterpolation(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(withoutInterpolation);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutInterpolation(item)]));
  }
  return value;
}
