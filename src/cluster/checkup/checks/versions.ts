import { answering, type Fields } from '../facts.js';
import { finding, findingFor, namesText, type Check, type CheckupFinding } from '../finding.js';

/** Older ones get no security fixes any more (https://github.com/redis/redis/security/policy); Valkey began with it. */
const OLDEST_MAINTAINED = '7.2';

export const versionsAgree: Check = {
  title: 'every node runs the same version, and one that gets security fixes',
  judge: (facts) => {
    const nodes = answering(facts).map(({ name, said }) => ({ name, version: versionOf(said.info) }));
    return [
      ...differing(nodes),
      ...findingFor(
        nodes.filter(({ version }) => isOlder(version, OLDEST_MAINTAINED)),
        (names, those) => ({
          code: 'VERSION_OLD',
          severity: 'warning',
          message: `version ${those[0]?.version ?? ''} on ${those.length === nodes.length ? 'all nodes' : names}`,
          why: `Versions before ${OLDEST_MAINTAINED} get no security fixes any more.`,
          mend: facts.lab === undefined ? 'upgrade, replicas first' : 'rcluster upgrade --image redis:8',
        }),
      ),
    ];
  },
};

function versionOf(info: Fields): string {
  return info.get('valkey_version') ?? info.get('redis_version') ?? '';
}

function differing(nodes: readonly { readonly name: string; readonly version: string }[]): CheckupFinding[] {
  const byVersion = new Map<string, string[]>();
  for (const { name, version } of nodes) byVersion.set(version, [...(byVersion.get(version) ?? []), name]);
  if (byVersion.size < 2) return [];
  const groups = [...byVersion].map(([version, names]) => `${version} on ${namesText(names)}`);
  return [
    finding({
      code: 'VERSIONS_DIFFER',
      severity: 'warning',
      message: `the nodes run different versions: ${groups.join('; ')}`,
      why: 'An older replica cannot read what a newer master sends, so it can be neither synced nor promoted.',
      mend: 'finish the upgrade, replicas first',
    }),
  ];
}

function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = than.split('.').map(Number);
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}
