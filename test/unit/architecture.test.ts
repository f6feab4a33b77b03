import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, test } from 'vitest';

/**
 * The rules that hold the architecture are worth something only while they bite: each is shown code that breaks it, at
 * the path of a file that exists (typed linting knows no other).
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const eslint = new ESLint({ cwd: root });
/** Without the rules that need types, for which the whole project would be read again for each snippet. */
const untyped = new ESLint({ cwd: root, overrideConfig: tseslint.configs.disableTypeChecked });
/** The first run loads the whole project. */
const TIMEOUT_MS = 120_000;

async function rulesBrokenBy(
  path: string,
  code: string,
  linter = untyped,
): Promise<readonly (string | null)[]> {
  const [result] = await linter.lintText(`${code}\n`, { filePath: `${root}${path}` });
  if (result === undefined) throw new Error(`${path} is not linted`);
  return result.messages.map(({ ruleId }) => ruleId);
}

const LAYERS = 'import-x/no-restricted-paths';
const FENCES = 'no-restricted-imports';

describe('imports point down:', { timeout: TIMEOUT_MS }, () => {
  test.each([
    ['base may not import config', 'src/base/format.ts', '../config/defaults.js'],
    ['config may not import cluster', 'src/config/rules.ts', '../cluster/slots.js'],
    ['cluster may not import operations', 'src/cluster/slots.ts', '../operations/status.js'],
    ['cluster may not import config but its types', 'src/cluster/slots.ts', '../config/home.js'],
    ['redis may not import runtimes', 'src/redis/reply.ts', '../runtimes/ports.js'],
    ['runtimes may not import redis', 'src/runtimes/ports.ts', '../redis/reply.js'],
    ['compose may not import operations', 'src/compose/redis-conf.ts', '../operations/status.js'],
    ['reports may not import drills', 'src/reports/text.ts', '../drills/timeline.js'],
    ['drills may not import reports but the model', 'src/drills/timeline.ts', '../reports/text.js'],
    ['bench may not import drills', 'src/bench/bound.ts', '../drills/timeline.js'],
    ['bench may not import reports but the models', 'src/bench/bound.ts', '../reports/text.js'],
    ['operations may not import bench', 'src/operations/status.ts', '../bench/bound.js'],
    ['operations may not import drills', 'src/operations/status.ts', '../drills/timeline.js'],
    ['operations may not import cli', 'src/operations/status.ts', '../cli/exit-codes.js'],
    ['drills may not import cli', 'src/drills/timeline.ts', '../cli/exit-codes.js'],
    ['cli may not import runtimes', 'src/cli/exit-codes.ts', '../runtimes/ports.js'],
    ['cli may not import redis', 'src/cli/exit-codes.ts', '../redis/reply.js'],
  ])('%s', async (_, path, target) => {
    expect(await rulesBrokenBy(path, `import '${target}';`)).toContain(LAYERS);
  });

  test('types are imports as well', async () => {
    const code =
      "import type { StatusReport } from '../operations/observe.js';\nexport type Text = StatusReport;";
    expect(await rulesBrokenBy('src/cluster/slots.ts', code)).toContain(LAYERS);
  });

  test('so are imports at run time', async () => {
    const code = "export const load = () => import('../operations/status.js');";
    expect(await rulesBrokenBy('src/cluster/slots.ts', code)).toContain(LAYERS);
  });

  test('and never in a circle', async () => {
    const code = "import './deadline.js';\nexport const ERROR_CODES = {};";
    expect(await rulesBrokenBy('src/base/errors.ts', code)).toContain('import-x/no-cycle');
  });
});

describe('a package is imported in its own place alone:', { timeout: TIMEOUT_MS }, () => {
  test.each([
    ['commander', 'src/library/create-cluster.ts'],
    ['chalk', 'src/operations/status.ts'],
    ['ora', 'src/operations/status.ts'],
    ['log-update', 'src/operations/status.ts'],
    ['cli-table3', 'src/operations/status.ts'],
    ['@bomb.sh/tab/commander', 'src/operations/status.ts'],
    ['dockerode', 'src/runtimes/ports.ts'],
    ['dockerode', 'src/runtimes/process/process-runtime.ts'],
    ['tar-stream', 'src/runtimes/ports.ts'],
    ['ioredis', 'src/cli/context.ts'],
    ['ioredis', 'src/operations/status.ts'],
    ['hdr-histogram-js', 'src/bench/result.ts'],
    ['zod', 'src/base/format.ts'],
    ['yaml', 'src/operations/status.ts'],
    ['uplot', 'src/cli/exit-codes.ts'],
    ['junit-report-builder', 'src/drills/timeline.ts'],
  ])('%s not in %s', async (name, path) => {
    expect(await rulesBrokenBy(path, `import '${name}';`)).toContain(FENCES);
  });

  test('not at run time either', async () => {
    const code = "export const load = () => import('ioredis');";
    expect(await rulesBrokenBy('src/cli/context.ts', code)).not.toEqual([]);
  });
});

describe('cluster/, compose/ and reports/ are pure:', { timeout: TIMEOUT_MS }, () => {
  test.each([
    ['Date.now()', 'no-restricted-properties'],
    ['Math.random()', 'no-restricted-properties'],
    ['performance.now()', 'no-restricted-globals'],
    ["process.env['HOME']", 'no-restricted-globals'],
    ['setTimeout(() => undefined, 1)', 'no-restricted-globals'],
    ["fetch('http://localhost')", 'no-restricted-globals'],
  ])('%s', async (expression, rule) => {
    const code = `export const impure = () => ${expression};`;
    expect(await rulesBrokenBy('src/cluster/slots.ts', code)).toContain(rule);
    expect(await rulesBrokenBy('src/compose/redis-conf.ts', code)).toContain(rule);
    expect(await rulesBrokenBy('src/reports/text.ts', code)).toContain(rule);
  });

  test('no module of Node', async () => {
    const code = "import 'node:fs';";
    expect(await rulesBrokenBy('src/cluster/slots.ts', code)).toContain('import-x/no-nodejs-modules');
    expect(await rulesBrokenBy('src/reports/html.ts', code)).toContain('import-x/no-nodejs-modules');
  });
});

describe('everywhere in src/', { timeout: TIMEOUT_MS }, () => {
  test.each([
    ['a default export', 'export default 1;', 'import-x/no-default-export'],
    ['process.exit', 'process.exit(1);', 'no-restricted-properties'],
    ['process.exitCode', 'process.exitCode = 1;', 'no-restricted-properties'],
    ['console', "console.log('x');", 'no-console'],
    ['==', 'export const isOne = (a: unknown) => a == 1;', 'eqeqeq'],
    ['a promise that nobody waits for', 'Promise.resolve();', '@typescript-eslint/no-floating-promises'],
  ])('%s is refused', async (_, code, rule) => {
    const linter = rule.startsWith('@typescript-eslint/') ? eslint : untyped;
    expect(await rulesBrokenBy('src/cli/exit-codes.ts', code, linter)).toContain(rule);
  });
});

describe('what is right passes:', { timeout: TIMEOUT_MS }, () => {
  test.each([
    ['src/cluster/slots.ts', "export { plural } from '../base/format.js';"],
    ['src/cluster/slots.ts', "export type { Port } from '../config/types.js';"],
    ['src/operations/status.ts', "export { ping } from '../redis/commands/index.js';"],
    ['src/cli/exit-codes.ts', "export { Command } from 'commander';"],
    ['src/redis/reply.ts', "export { Redis } from 'ioredis';"],
    ['src/base/format.ts', 'export const now = () => Date.now();'],
  ])('%s: %s', async (path, code) => expect(await rulesBrokenBy(path, code, eslint)).toEqual([]));
});

describe('no shell is given a string', () => {
  const folder = fileURLToPath(new URL('../../src', import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const filesWith = (pattern: RegExp) =>
    files.filter((file) => pattern.test(readFileSync(join(folder, file), 'utf8'))).sort();

  test('by Node.js', () => {
    expect(
      filesWith(/\bshell:\s|\bexecSync\b|\bimport \{[^}]*\bexec\b[^}]*\} from 'node:child_process'/),
    ).toEqual([]);
  });

  test('but where a constant script gets its words as arguments', () => {
    expect(filesWith(/'sh',\s*\[?'-c'/)).toEqual([
      // The script is templates/form-cluster.sh; what it is about is in its environment.
      'compose/compose-file.ts',
      // A password from a file beside redis.conf.
      'runtimes/docker/health.ts',
      'runtimes/docker/translate.ts',
      'runtimes/process/process-runtime.ts',
    ]);
  });
});
