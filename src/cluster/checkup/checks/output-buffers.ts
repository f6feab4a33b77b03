import { bytes } from '../../../base/format.js';
import { configured, isUnseen, type Fields } from '../facts.js';
import { findingFor, verb, type Check } from '../finding.js';

const PARAMETER = 'client-output-buffer-limit';
/** Bytes. Redis' own default for replicas is 256 MB; what is written during a full sync has to fit (redis.conf). */
const LEAST_FOR_REPLICAS = 64 * 1024 ** 2;
/** Redis' own defaults: hard limit, soft limit, seconds. */
const DEFAULTS = { replica: '268435456 67108864 60', pubsub: '33554432 8388608 60' } as const;

export const buffersAreLimited: Check = {
  title: 'output buffers hold a full sync, and no slow subscriber fills the memory',
  judge: (facts) => {
    const nodes = configured(facts);
    if (isUnseen(nodes)) return nodes;
    const limited = nodes.map(({ name, config }) => ({ name, limits: limitsIn(config) }));
    return [
      ...findingFor(
        limited.filter(({ limits }) => isBelow(limits.get('replica'), LEAST_FOR_REPLICAS)),
        (names, [first]) => ({
          code: 'OUTPUT_BUFFER',
          severity: 'warning',
          message: `${PARAMETER} for replicas is ${bytes(first?.limits.get('replica')?.[0] ?? 0)} on ${names}`,
          why: 'When more than that is written during a full sync, the replica is thrown out and begins anew, again and again.',
          mend: `CONFIG SET ${PARAMETER} "replica ${DEFAULTS.replica}"`,
        }),
        () => ({ parameter: PARAMETER, value: `replica ${DEFAULTS.replica}` }),
      ),
      ...findingFor(
        limited.filter(({ limits }) => limits.get('pubsub')?.every((limit) => limit === 0) === true),
        (names, those) => ({
          code: 'OUTPUT_BUFFER',
          severity: 'warning',
          message: `${names} ${verb(those, 'sets', 'set')} no ${PARAMETER} for pubsub`,
          why: 'What a slow subscriber does not fetch piles up in the memory of the node until it is full.',
          mend: `CONFIG SET ${PARAMETER} "pubsub ${DEFAULTS.pubsub}"`,
        }),
        () => ({ parameter: PARAMETER, value: `pubsub ${DEFAULTS.pubsub}` }),
      ),
    ];
  },
};

/** `normal 0 0 0 slave 268435456 67108864 60 pubsub ...`: hard limit, soft limit, seconds by class. */
function limitsIn(config: Fields): ReadonlyMap<string, readonly [hard: number, soft: number]> {
  const words = (config.get(PARAMETER) ?? '').split(' ');
  const limits = new Map<string, readonly [number, number]>();
  for (let at = 0; at + 3 < words.length; at += 4) {
    const name = words[at] === 'slave' ? 'replica' : (words[at] ?? '');
    limits.set(name, [Number(words[at + 1]), Number(words[at + 2])]);
  }
  return limits;
}

/** 0 is no limit. */
function isBelow(limits: readonly [number, number] | undefined, least: number): boolean {
  return limits?.some((limit) => limit > 0 && limit < least) === true;
}
