import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { packageFile } from '../../../src/config/home.js';
import { optionsOf } from '../../../src/config/layers.js';
import { checkProject } from '../../../src/config/project-check.js';
import { parseProjectFile, readProjectFile } from '../../../src/config/project-file.js';
import { projectJsonSchema } from '../../../src/config/project-schema.js';
import { findProjectFile } from '../../../src/config/project-search.js';
import { resolveUp } from '../../../src/config/resolve.js';
import { renderProjectFile } from '../../../src/config/templates.js';
import { rejectionOf } from '../helpers/errors.js';
import { temporaryFolder } from '../helpers/temp-folder.js';
import { VOCABULARY } from '../helpers/vocabulary.js';

const parse = (text: string) =>
  parseProjectFile(text, { path: '/lab/rcluster.yaml', shownAs: 'rcluster.yaml' }, VOCABULARY);
const problemsOf = (text: string) => {
  const { file, problems } = parse(text);
  return [...problems, ...checkProject(file).problems].map((line) =>
    line.replace(/^rcluster\.yaml:(?=\d)/, ''),
  );
};
const right = (text: string) => {
  const { file, problems } = parse(text);
  expect(problems).toEqual([]);
  return file;
};

const LAB = `version: 1
cluster: next
clusters:
  old: &old
    masters: 3
    image: redis:7
    set: { hz: 20, save: "" }
    nodes:
      node-2: { set: { hz: 50 }, maxmemory: 1mb }
  next:
    <<: *old
    image: redis:8
    base-port: 7100
    any-port: true
    redis-server: bin/server
commands:
  rebalance: { max-pause: 5, weight: { 7000: 2 } }
  drill:
    run: { runs: 3, expect: [lost == 0], html: report.html }
  up:
`;

describe('a file is read', () => {
  test('cluster by cluster, each option with its line', () => {
    const { cluster, clusters } = right(LAB);
    expect(cluster).toEqual({ value: 'next', origin: 'rcluster.yaml:2' });
    expect([...(clusters.get('old') ?? [])]).toEqual([
      ['masters', { value: 3, origin: 'rcluster.yaml:5' }],
      ['image', { value: 'redis:7', origin: 'rcluster.yaml:6' }],
      ['set.hz', { value: '20', origin: 'rcluster.yaml:7' }],
      ['set.save', { value: '', origin: 'rcluster.yaml:7' }],
      ['nodes.node-2', { value: { set: { hz: '50' }, maxmemory: 1_048_576 }, origin: 'rcluster.yaml:9' }],
    ]);
  });

  test('with what another cluster has, and paths from where it is', () => {
    const options = optionsOf(right(LAB).clusters.get('next') ?? new Map());
    expect(options).toMatchObject({ masters: 3, image: 'redis:8', basePort: 7100, anyPort: true });
    expect(options['redisServer']).toBe('/lab/bin/server');
    expect(resolveUp(options).spec.nodes['node-2']?.set).toEqual({ hz: '50' });
  });

  test('command by command', () => {
    const { commands } = right(LAB);
    const options = (command: string) => optionsOf(commands.get(command) ?? new Map());
    expect(options('rebalance')).toEqual({ maxPause: 5, weight: ['7000=2'] });
    expect(options('drill run')).toEqual({ runs: 3, expect: ['lost == 0'], html: '/lab/report.html' });
    expect(options('up')).toEqual({});
  });

  test('the only cluster is the one that is meant', () => {
    expect(right('version: 1\nclusters:\n  lab:').cluster).toEqual({
      value: 'lab',
      origin: 'rcluster.yaml:3',
    });
    expect(right('version: 1\nclusters: { a: , b: }').cluster).toBeUndefined();
    expect(right('version: 1').cluster).toBeUndefined();
  });
});

const HEAD = 'version: 1\nclusters:\n';

describe('what is wrong is said with its line:', () => {
  test.each([
    ['', ['rcluster.yaml: must be a mapping that begins with version: 1']],
    ['cluster: a', ['rcluster.yaml: version: must be 1']],
    ['version: 2', ['1: version: must be 1']],
    ['version: 1\nclsters: {}', ['2: clsters: is not known here (did you mean clusters?)']],
    ['version: 1\nmasters: 3', ['2: masters: is what a cluster is: clusters.NAME.masters']],
    [
      `${HEAD}  A: {}`,
      ['3: clusters.A: the name must be 1 to 40 of a-z, 0-9, _ and -, starting with a letter or digit'],
    ],
    [`${HEAD}  a: 7`, ['3: clusters.a: must be the options of a cluster']],
    [`${HEAD}  a:\n    basePort: 1`, ['4: clusters.a.basePort: is not known here (did you mean base-port?)']],
    [`${HEAD}  a:\n    base-port: 0`, ['4: clusters.a.base-port: must be a port from 1 to 65535']],
    [`${HEAD}  a:\n    any-port: yes`, ['4: clusters.a.any-port: must be true or false']],
    [
      `${HEAD}  a:\n    password: x`,
      [
        '4: clusters.a.password: does not belong here, where everybody reads it: password-file names a file of its own for it',
      ],
    ],
    [
      `${HEAD}  a: { set: { requirepass: x } }`,
      ['3: clusters.a.set: requirepass cannot be set: passwords would be visible in labels'],
    ],
    [
      `${HEAD}  a: { nodes: { node-1: { sett: {} } } }`,
      ['3: clusters.a.nodes.node-1.sett: is not known here (did you mean set?)'],
    ],
    [
      `${HEAD}  a: { nodes: { one: {} } }`,
      ['3: clusters.a.nodes.one: the name must be the name of a node, such as node-2'],
    ],
    [
      'version: 1\ncommands:\n  remove: { yes: true }',
      ['3: commands.remove.yes: counts on the command line alone, each time that it is meant'],
    ],
    [
      'version: 1\ncommands:\n  up: { masters: 3 }',
      ['3: commands.up.masters: is what a cluster is: clusters.NAME.masters'],
    ],
    [
      'version: 1\ncommands:\n  drill: { rum: {} }',
      ['3: commands.drill.rum: is not known here (did you mean run?)'],
    ],
    [
      'version: 1\ncommands:\n  bench: { clients: 0 }',
      ['3: commands.bench.clients: must be a whole number from 1 to 10000'],
    ],
    ['version: 1\nversion: 1', ['2: Map keys must be unique']],
    // Each cluster as a whole, and all of them side by side.
    [
      `${HEAD}  a:\n    masters: 1`,
      [
        '4: clusters.a.masters: 1 is too few: with fewer than 3 masters no majority is left to elect a replica; --force if you want that',
      ],
    ],
    [`cluster: b\n${HEAD}  a: {}`, ['1: cluster: "b" is none of a']],
    [
      `${HEAD}  a: {}\n  b: {}`,
      ["4: clusters.b.base-port: port 7000 is also a's (7000-7005); such as 7100 is free of it"],
    ],
    [
      `${HEAD}  a: {}\n  b:\n    base-port: 7005`,
      ["5: clusters.b.base-port: port 7005 is also a's (7000-7005); such as 7100 is free of it"],
    ],
    [
      `${HEAD}  a: { subnet: 10.1.0.0/16 }\n  b: { base-port: 8000, subnet: 10.1.2.0/24 }`,
      ["4: clusters.b.subnet: 10.1.2.0/24 meets a's 10.1.0.0/16"],
    ],
    [
      `${HEAD}  a: { runtime: process }\n  b: { base-port: 17003 }`,
      ["4: clusters.b.base-port: port 17003 is also a's (7000-7005); such as 7100 is free of it"],
    ],
    [`${HEAD}  a: {}\n  b: { base-port: 7006 }\n  c: { any-port: true }\n  d: { bind: 127.0.0.2 }`, []],
  ])('%j', (text, problems) => expect(problemsOf(text)).toEqual(problems));

  test('all at once, also of clusters as a whole beside those in which something is malformed', () => {
    const text = `${HEAD}  a: { masters: x }\n  b: {}\n  c: {}\ncommands: { fix: { jsn: true } }`;
    expect(problemsOf(text).map((line) => line.slice(0, 2))).toEqual(['3:', '6:', '5:']);
  });

  test.each([
    [
      'aliases that multiply',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
        .split('')
        .map(
          (k, i) =>
            `${k}: &${k} [${Array(9)
              .fill(`*${'abcdefghi'[i] ?? ''}`)
              .join()}]`,
        )
        .join('\n')}`,
    ],
    ['an alias to itself', 'version: &a [*a]'],
    ['nesting without end', '['.repeat(100_000)],
    ['nesting that is closed', `version: 1\ncluster: ${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['a prototype', `${HEAD}  a: { __proto__: { masters: 3 } }`],
    ['a prototype at the top', '__proto__: { version: 1 }'],
    ['keys that are no names', '? [1, 2]\n: 3\n? { a: b }\n: 4'],
    ['several documents', 'version: 1\n---\nversion: 1'],
    ['no text', '\u0000\u0001'],
    ['a tag', 'version: !!js/function "x"'],
    ['a list', '- 1'],
  ])('%s: a problem, and nothing worse', (_, text) => expect(parse(text).problems).not.toEqual([]));

  test('whatever is written, it is read or refused', () => {
    const key = fc.oneof(
      fc.constantFrom(
        'version',
        'cluster',
        'clusters',
        'commands',
        'set',
        'nodes',
        'node-1',
        'a',
        'up',
        'drill',
        'run',
      ),
      fc.string(),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<unknown>(1, 0, null, true, '', 'x'),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.record({ version: fc.constant(1), clusters: tree, commands: tree }), (written) => {
        const { file } = parse(stringify(written));
        checkProject(file);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void parse(text)));
  });
});

describe('the file', () => {
  test('is the nearest one upwards', async () => {
    const folder = await temporaryFolder();
    const deep = join(folder, 'a', 'b');
    await mkdir(deep, { recursive: true });
    await writeFile(join(folder, 'rcluster.yaml'), 'version: 1');
    expect(await findProjectFile(deep)).toBe(join(folder, 'rcluster.yaml'));
    await writeFile(join(folder, 'a', 'rcluster.yaml'), 'version: 1');
    expect(await findProjectFile(deep)).toBe(join(folder, 'a', 'rcluster.yaml'));
  });

  test.each([
    ['none', 'there is no such file'],
    ['.', 'it is no file'],
  ])('%s cannot be read', async (name, why) => {
    const folder = await temporaryFolder();
    const error = await rejectionOf(readProjectFile(join(folder, name), VOCABULARY, folder));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.message).toContain(why);
  });

  test('that `config init` writes is right, also when all that is commented out counts', async () => {
    const text = await renderProjectFile('lab', '/elsewhere');
    expect(text).toContain(
      `# yaml-language-server: $schema=${packageFile('templates', 'rcluster.schema.json')}\n`,
    );
    expect(problemsOf(text)).toEqual([]);
    const whole = text.replace(/^( *)# (?=( *[a-z0-9-]+:( |$)))(?!yaml-)/gm, '$1');
    expect(problemsOf(whole)).toEqual([]);
    expect([...right(whole).clusters.keys()]).toEqual(['lab', 'next']);
    expect(optionsOf(right(whole).commands.get('bench') ?? new Map())).toEqual({
      clients: 20,
      duration: '30s',
    });
  });
});

describe('the JSON Schema for editors', () => {
  test('is the one that is published', async () => {
    const schema = `${JSON.stringify(projectJsonSchema(VOCABULARY), null, 2)}\n`;
    // npx vitest run --update writes it.
    await expect(schema).toMatchFileSnapshot(packageFile('templates', 'rcluster.schema.json'));
  });

  test('knows every command, and no consent', () => {
    const text = JSON.stringify(projectJsonSchema(VOCABULARY));
    for (const { path } of VOCABULARY) expect(text).toContain(`"${path.at(-1) ?? ''}":`);
    for (const consent of ['"yes":', '"allow-data-loss":', '"takeover":', '"password":'])
      expect(text).not.toContain(consent);
  });
});
