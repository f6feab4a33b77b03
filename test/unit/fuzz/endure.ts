import fc from 'fast-check';
import { expect } from 'vitest';
import { RclusterError, type ErrorCode } from '../../../src/base/errors.js';

/** How many inputs all parsers get together. `npm run fuzz` gives more. */
export const FUZZ_RUNS = Number(process.env['FUZZ_RUNS'] ?? 100_000);

/** What takes longer than this hangs: ten thousand times what any of them should take. */
const PATIENCE_MS = 5_000;

/** The characters that a terminal obeys, or that turn the direction of writing. */
const COMMANDING = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u;

/**
 * Gives a parser `share` of a hundred of all inputs. Each must end, in time, in a value or in one of our errors with one of
 * these codes, whose texts nobody's terminal obeys.
 */
export function endures<Input>(
  share: number,
  inputs: fc.Arbitrary<Input>,
  parse: (input: Input) => unknown,
  ...codes: readonly ErrorCode[]
): void {
  fc.assert(
    fc.property(inputs, (input) => {
      const since = performance.now();
      try {
        parse(input);
      } catch (error) {
        if (!(error instanceof RclusterError)) throw error;
        expect(codes).toContain(error.code);
        for (const text of [error.message, error.hint ?? '', ...error.details])
          if (COMMANDING.test(text))
            throw new Error(`a terminal would obey ${JSON.stringify(text)}`, { cause: error });
      }
      const tookMs = performance.now() - since;
      if (tookMs > PATIENCE_MS) throw new Error(`took ${tookMs} ms`);
    }),
    { numRuns: Math.ceil((FUZZ_RUNS * share) / 100) },
  );
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect('polluted' in {}).toBe(false);
}
