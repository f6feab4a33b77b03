import { describe, expect, test } from 'vitest';
import { benchSchema } from '../../../src/config/bench-schema.js';
import { parseBenchWorkload, readBenchWorkload } from '../../../src/config/bench-workload.js';
import { resolveOptions } from '../../../src/config/resolve.js';
import { rejectionOf, thrownBy } from '../helpers/errors.js';

const resolved = (options: object) => resolveOptions(benchSchema, options);

describe('the options of bench', () => {
  test('are read from flags', () => {
    expect(
      resolved({
        ...{ ops: '1000', rate: '5000', clients: '8', valueSize: '64-4kb', warmUp: '0', keyspace: '1000000' },
        ...{ distribution: 'zipf', hashTags: true, compare: 'single,3,6', tolerance: '15' },
      }),
    ).toMatchObject({
      ...{ ops: 1000, rate: 5000, clients: 8, valueSize: [64, 4096], warmUp: 0, keyspace: 1_000_000 },
      ...{ distribution: 'zipf', hashTags: true, compare: ['single', 3, 6], tolerance: 15, rounds: 3 },
    });
  });

  test.each([
    [{ valueSize: '4kb-64' }],
    [{ valueSize: '1gb' }],
    [{ compare: 'single' }],
    [{ compare: 'single,x' }],
    [{ compare: '3,3' }],
    [{ rate: '0' }],
    [{ distribution: 'normal' }],
    [{ ops: '10', duration: '5s' }],
  ])('%o is refused', (options) => {
    expect(thrownBy(() => resolved(options)).code).toBe('CONFIG_INVALID');
  });
});

describe('a workload', () => {
  test('goes by a name', async () => {
    expect(await readBenchWorkload('mixed')).toEqual({ name: 'mixed', mix: { get: 80, set: 20 } });
  });

  test('or is a file', () => {
    const text = 'mix: { get: 70, incr: 5 }\nvalueSize: 1kb\ndistribution: zipf\npipeline: 4\n';
    expect(parseBenchWorkload(text, 'mine.yaml')).toEqual({
      ...{ name: 'mine.yaml', mix: { get: 70, incr: 5 } },
      ...{ valueSize: [1024, 1024], distribution: 'zipf', pipeline: 4 },
    });
  });

  test('everything that is wrong with it is said at once', () => {
    const { code, details } = thrownBy(() =>
      parseBenchWorkload('mix: { get: 0, lpush: 1 }\nkeys: 3\n', 'mine'),
    );
    expect(code).toBe('CONFIG_INVALID');
    expect(details).toEqual(['mix.get: must be above 0', 'mix.lpush: is not known', 'keys: is not known']);
  });

  test('that there is not is no workload', async () => {
    const { code, message } = await rejectionOf(readBenchWorkload('sett'));
    expect([code, message]).toEqual([
      'CONFIG_INVALID',
      'no workload is called "sett", and no file (did you mean set?)',
    ]);
  });
});
