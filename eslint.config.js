import js from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import tseslint from 'typescript-eslint';

/** Each layer and the layers it may import from, itself aside. The README's "How it is built" draws the same picture. */
const LAYERS = {
  base: [],
  config: ['base'],
  cluster: ['base', 'config/types.ts'],
  redis: ['base', 'config/types.ts', 'cluster'],
  runtimes: ['base', 'config', 'cluster'],
  compose: [
    'base',
    'config/announce.ts',
    'config/defaults.ts',
    'config/types.ts',
    'config/labels.ts',
    'config/subnets.ts',
    'cluster',
  ],
  operations: ['base', 'config', 'cluster', 'redis', 'runtimes', 'compose'],
  reports: ['base', 'cluster/checkup/report.ts', 'cluster/checkup/finding.ts'],
  drills: [
    'base',
    'config',
    'cluster',
    'redis',
    'runtimes',
    'operations',
    'reports/model.ts',
    'reports/smoke-model.ts',
  ],
  tour: ['base', 'config', 'cluster', 'redis', 'operations', 'drills'],
  bench: [
    'base',
    'config',
    'cluster',
    'redis',
    'runtimes',
    'operations',
    'reports/bench/model.ts',
    'reports/model.ts',
  ],
  library: ['base', 'config', 'redis', 'operations', 'drills', 'bench', 'reports'],
  cli: [
    'base',
    'config',
    'cluster',
    'operations',
    'drills',
    'bench',
    'reports',
    'tour',
    'library',
    'runtimes/runtime.ts',
  ],
};

/** Packages that some places alone may import. */
const FENCES = {
  commander: ['src/cli/**'],
  chalk: ['src/cli/**'],
  ora: ['src/cli/**'],
  'log-update': ['src/cli/**'],
  'cli-table3': ['src/cli/**'],
  '@bomb.sh/tab': ['src/cli/**'],
  dockerode: ['src/runtimes/docker/**'],
  '@peculiar/x509': ['src/operations/access/certificates.ts'],
  '@inquirer/password': ['src/cli/**'],
  'tar-stream': ['src/runtimes/docker/**'],
  ioredis: ['src/redis/**', 'src/library/**'],
  zod: ['src/config/**'],
  yaml: ['src/compose/**', 'src/config/**'],
  'hdr-histogram-js': ['src/base/durations.ts'],
  'junit-report-builder': ['src/reports/**'],
  uplot: ['src/reports/**'],
};

/** cluster/, compose/ and reports/ take time and chance as arguments, so that a test can hand them any. */
const IMPURE_GLOBALS = [
  'process',
  'globalThis',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'fetch',
  'performance',
];

const zones = Object.entries(LAYERS).map(([layer, allowed]) => ({
  target: `./src/${layer}`,
  from: './src',
  except: [layer, ...allowed].map((name) => `./${name}`),
  message: `${layer}/ may import from ${allowed.join(', ') || 'nothing of ours'} alone.`,
}));

/** The fences again for `import()`, which no-restricted-imports does not look at. */
const dynamicFenceRules = (except) => [
  'error',
  ...Object.entries(FENCES)
    .filter(([, homes]) => !homes.includes(except))
    .map(([name, homes]) => ({
      selector: `ImportExpression[source.value=/^${name.replace('/', '\\u002F')}(\\u002F|$)/]`,
      message: `${name} is imported in ${homes.join(' and ')} alone.`,
    })),
];

const fenceRules = (except) => [
  'error',
  {
    patterns: Object.entries(FENCES)
      .filter(([, homes]) => !homes.includes(except))
      .map(([name, homes]) => ({
        group: [name, `${name}/*`],
        message: `${name} is imported in ${homes.join(' and ')} alone.`,
      })),
  },
];

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver()],
      'import-x/extensions': ['.ts', '.js'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      'import-x/no-default-export': 'error',
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }],
      'no-restricted-imports': fenceRules(undefined),
      'no-restricted-syntax': dynamicFenceRules(undefined),
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'exit',
          message: 'main() returns a code; bin/ sets process.exitCode.',
        },
        { object: 'process', property: 'exitCode', message: 'Only bin/ sets it.' },
      ],
    },
  },
  ...[...new Set(Object.values(FENCES).flat())].map((home) => ({
    files: [home],
    rules: { 'no-restricted-imports': fenceRules(home), 'no-restricted-syntax': dynamicFenceRules(home) },
  })),
  {
    files: ['src/cluster/**/*.ts', 'src/compose/**/*.ts', 'src/reports/**/*.ts'],
    // The one that reads: what the page is put together from.
    ignores: ['src/reports/page-assets.ts'],
    rules: {
      'no-restricted-globals': ['error', ...IMPURE_GLOBALS],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Pure: take the time as an argument.' },
        { object: 'Math', property: 'random', message: 'Pure: take the seed as an argument.' },
      ],
      'import-x/no-nodejs-modules': ['error', { allow: ['node:crypto'] }],
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
  {
    files: ['templates/*.js'],
    languageOptions: {
      sourceType: 'script',
      globals: {
        document: 'readonly',
        location: 'readonly',
        getComputedStyle: 'readonly',
        matchMedia: 'readonly',
        addEventListener: 'readonly',
        ResizeObserver: 'readonly',
        uPlot: 'readonly',
      },
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { 'no-console': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
