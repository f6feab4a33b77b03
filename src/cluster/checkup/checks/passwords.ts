import { configured, isUnseen, type CheckupFacts, type Fields } from '../facts.js';
import { finding, findingFor, namesText, verb, type Check, type CheckupFinding } from '../finding.js';

const isLoopback = (address: string) => /^-?(127\.|::1$|localhost$)/.test(address);

export const accessIsProtected: Check = {
  title: 'a password, or nothing but this host, stands before the nodes',
  judge: (facts) => {
    const nodes = configured(facts);
    if (isUnseen(nodes)) return nodes;
    const isGuarded = facts.guarded || nodes.every(({ config }) => isSet(config, 'requirepass'));
    return [
      ...(isGuarded ? [] : openToAll(facts, nodes)),
      ...findingFor(
        nodes.filter(({ config }) => isSet(config, 'requirepass') && !isSet(config, 'masterauth')),
        (names, those) => ({
          code: 'MASTERAUTH_MISSING',
          severity: 'error',
          message: `${names} ${verb(those, 'asks', 'ask')} for a password and ${verb(those, 'has', 'have')} none for the others (masterauth)`,
          why: 'The next time that it follows a master, after a restart or a failover, it is refused, and gets no data.',
          mend: 'CONFIG SET masterauth with the same password as requirepass, on every node',
        }),
      ),
    ];
  },
};

function isSet(config: Fields, parameter: string): boolean {
  // Valkey has a second name for masterauth.
  const value = config.get(parameter) ?? (parameter === 'masterauth' ? config.get('primaryauth') : undefined);
  return (value ?? '') !== '';
}

/** Whoever reaches a port owns the data. */
function openToAll(
  { lab }: CheckupFacts,
  nodes: readonly { readonly name: string; readonly config: Fields }[],
): CheckupFinding[] {
  const why =
    'Whoever reaches a port can read and delete everything, and run code by way of the configuration.';
  const mend = 'requirepass and masterauth, or ACLs; and bind to what clients need alone';
  if (lab !== undefined) {
    const isLocal = isLoopback(lab.bind);
    return [
      finding({
        code: 'NO_PASSWORD',
        severity: isLocal ? 'note' : 'error',
        message: isLocal
          ? `there is no password; the ports are published on ${lab.bind} alone, which is enough for a laboratory`
          : `there is no password, and the ports are published on ${lab.bind}`,
        why,
        mend: isLocal ? `in production ${mend}` : 'rcluster up with --bind 127.0.0.1, or a firewall',
      }),
    ];
  }
  const open = nodes.filter(
    ({ config }) =>
      config.get('protected-mode') === 'no' &&
      (config.get('bind') ?? '').split(' ').some((address) => !isLoopback(address)),
  );
  if (open.length === 0) return [];
  return [
    finding({
      code: 'NO_PASSWORD',
      severity: 'error',
      nodes: open.map(({ name }) => name),
      message: `anybody is let in: no password, protected-mode off, bound to ${open[0]?.config.get('bind') ?? ''} (${namesText(open.map(({ name }) => name))})`,
      why,
      mend,
    }),
  ];
}
