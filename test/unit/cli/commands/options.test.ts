import { expect, test } from 'vitest';
import { chosenOptions } from '../../../../src/cli/commands/options.js';

test('options of the command line itself do not reach the library', () => {
  const options = { cluster: 'big', json: true, quiet: true, debug: true, masters: '6' };
  expect(chosenOptions(options)).toEqual({ masters: '6' });
});

test('options that were not given do not either', () => {
  expect(chosenOptions({ masters: undefined, retain: false })).toEqual({ retain: false });
});

test('nor do those of the command alone', () => {
  expect(chosenOptions({ dryRun: true, masters: '6' }, ['dryRun'])).toEqual({ masters: '6' });
});
