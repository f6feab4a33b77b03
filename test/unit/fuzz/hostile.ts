import fc from 'fast-check';
import type { Reply } from '../../../src/redis/connection.js';

/** Inputs as somebody would make them who wants us to fail: what is right, changed a little or much. */

/** What terminals, shells, files, languages and number parsers take for more than text. */
const WORDS = [
  ...['', ' ', '\0', '\t', '\r\n', '\n', '\u2028', '\ud800', '😀', 'é', '\ufeff'],
  ...['\u001b[2J', '\u001b]0;owned\u0007', '\u009b31m', '\u202e', '\u2066', '\u007f'],
  ...['-1', '0', '65536', '16384', '99999999999999999999', '1e308', '-0', 'NaN', 'Infinity', '0x10', '1.5'],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'null',
    'undefined',
    '[]',
    '{}',
    '{"__proto__":{"polluted":1}}',
  ],
  ...[':', '@', ',', '-', '|', '/', '../../..', '"', "'", '\\', '`', '$(id)', '; id', '%', '#', '=', '*'],
  ...[
    '<script>',
    '</script>',
    ']]>',
    '&a [*a]',
    '*a',
    '<<: *a',
    '!!js/function x',
    '- - - -',
    '[[[[',
    '\\x1b',
  ],
  ...['a'.repeat(300), ' '.repeat(300), '1'.repeat(400), '"\\'.repeat(100), '(('.repeat(100)],
];
const SEPARATORS = [' ', '\n', ',', ':', '-', '"', '\r\n', '/', '@'];

const word = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);

/** A change: what is done, where, how much, and with which word. */
type Edit = readonly [what: number, at: number, size: number, word: string];
const edit: fc.Arbitrary<Edit> = fc.tuple(fc.nat(9), fc.nat(1 << 16), fc.nat(1 << 16), word);
const edits = fc.array(edit, { minLength: 1, maxLength: 5 });

/** A text that is right, after some changes; now and then no more than noise. */
export function mutatedText(...samples: readonly string[]): fc.Arbitrary<string> {
  const changed = fc
    .tuple(fc.constantFrom(...samples), edits)
    .map(([text, all]) => all.reduce(editText, text));
  const noise = fc.array(word, { maxLength: 8 }).map((words) => words.join(''));
  return fc.oneof({ weight: 12, arbitrary: changed }, { weight: 1, arbitrary: noise });
}

function editText(text: string, [what, at, size, word]: Edit): string {
  const from = text === '' ? 0 : at % text.length;
  const to = from + (size % (text.length - from + 1));
  switch (what) {
    case 0:
      return text.slice(0, from);
    case 1:
      return text.slice(from);
    case 2:
      return text.slice(0, from) + word + text.slice(from);
    case 3:
      return text.slice(0, from) + text.slice(to);
    case 4:
      return text.slice(0, to) + text.slice(from);
    case 5:
      return text.slice(0, from) + word + text.slice(to);
    case 6:
      return text.replace(/\d+/g, (digits, offset: number) => (offset % 3 === at % 3 ? word : digits));
    default: {
      const separator = SEPARATORS[size % SEPARATORS.length] ?? ' ';
      const fields = text.split(separator);
      const [one, other] = [at % fields.length, size % fields.length];
      if (what === 7) fields[one] = word;
      else [fields[one], fields[other]] = [fields[other] ?? '', fields[one] ?? ''];
      return what === 9 ? [...fields, ...fields].join(separator) : fields.join(separator);
    }
  }
}

/** JSON's values, and bytes. */
export type Data = Reply | boolean | Data[] | { readonly [name: string]: Data };

const LEAVES: readonly Data[] = [
  ...[null, true, -1, 0, 0.5, 1e308, NaN, Infinity, Number.MAX_SAFE_INTEGER, 8.64e15],
  ...['', 'x', [], [[]], {}, [null], ['a', ['b', ['c']]], Buffer.alloc(0), Buffer.from([0xff, 0x1b, 0x00])],
];

/** Data of the right form, after some changes to its form and its texts. */
export function mutatedData(...samples: readonly Data[]): fc.Arbitrary<Data> {
  return fc
    .tuple(fc.constantFrom(...samples), edits)
    .map(([sample, all]) => all.reduce<Data>(editData, copied(sample)));
}

function copied(data: Data): Data {
  if (Array.isArray(data)) return data.map(copied);
  if (typeof data !== 'object' || data === null || Buffer.isBuffer(data)) return data;
  return Object.fromEntries(Object.entries(data).map(([name, item]) => [name, copied(item)]));
}

function editData(data: Data, change: Edit): Data {
  const [what, at, size, word] = change;
  const root: { readonly all: Data } = { all: data };
  const places = placesIn(root);
  const place = places[at % places.length];
  if (place === undefined) return data;
  const { parent, name } = place;
  const value = parent[name];
  if (what < 3) parent[name] = copied(LEAVES[size % LEAVES.length] ?? null);
  else if (what < 5) parent[name] = word;
  else if (what < 6 && Array.isArray(parent)) parent.splice(Number(name), 1);
  else if (what < 7 && Array.isArray(parent)) parent.push(copied(value ?? null));
  else if (what < 8 && !Array.isArray(parent))
    parent[word === '__proto__' ? 'x' : word] = copied(value ?? null);
  else if (typeof value === 'string') parent[name] = editText(value, change);
  else if (Buffer.isBuffer(value)) parent[name] = Buffer.from(editText(value.toString('latin1'), change));
  else if (typeof value === 'number')
    parent[name] = [-value, value * 1e9, value + 0.5, String(value)][size % 4] ?? 0;
  // A list without one of its items has no hole there, neither in JSON nor in a reply.
  else if (!Array.isArray(parent)) Reflect.deleteProperty(parent, name);
  // What was taken away altogether is nothing: no server says less.
  return root.all ?? null;
}

interface Place {
  readonly parent: Record<string, Data>;
  readonly name: string;
}

function placesIn(parent: object): Place[] {
  return Object.entries(parent).flatMap(([name, item]: [string, unknown]) => [
    { parent: parent as Record<string, Data>, name },
    ...(typeof item === 'object' && item !== null && !Buffer.isBuffer(item) ? placesIn(item) : []),
  ]);
}

/** The same as a file's text, whose text is changed further now and then. */
export function mutatedJson(...samples: readonly Data[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: mutatedData(...samples).map((data) => JSON.stringify(data)) },
    { weight: 1, arbitrary: mutatedText(...samples.map((sample) => JSON.stringify(sample))) },
  );
}

/** Bytes, cut anywhere. */
export function cutBytes(texts: fc.Arbitrary<string>): fc.Arbitrary<Buffer[]> {
  return fc.tuple(texts, fc.array(fc.nat(40), { maxLength: 8 })).map(([text, sizes]) => {
    const bytes = Buffer.from(text);
    const ends = sizes.reduce<number[]>((all, size) => [...all, (all.at(-1) ?? 0) + size], [0]);
    return ends.map((end, index) => bytes.subarray(end, ends[index + 1] ?? bytes.length));
  });
}
