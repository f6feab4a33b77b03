import { expect, test } from 'vitest';
import { toJson } from '../../../../src/cli/ui/json.js';

test('a field without a value is null, so that every document has the same fields', () => {
  expect(JSON.parse(toJson({ a: undefined, b: { c: undefined }, d: [undefined] }))).toEqual({
    a: null,
    b: { c: null },
    d: [null],
  });
});

test('all else is as it was', () => {
  const document = { text: 'ä\n"', number: 0, no: false, none: null, list: [[0, 5460]] };
  expect(JSON.parse(toJson(document))).toEqual(document);
});
