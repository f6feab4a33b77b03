import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

/** dockerode speaks to BuildKit by these, which nothing here does; they are most of what it loads. */
const UNUSED = /^(@grpc\/grpc-js|@grpc\/proto-loader|protobufjs)$/;
/** dockerode's way to an engine by SSH, with a whole SSH client: in a file of its own, which is loaded when there is one. */
const SSH = createRequire(import.meta.resolve('dockerode')).resolve('docker-modem/lib/ssh.js');
const SSH_FILE = './ssh.cjs';
const NATIVE = ['*.node', 'cpu-features'];

await rm('dist/command', { recursive: true, force: true });

/**
 * The command in few files: Node.js takes longer to find and read hundreds of modules than to run a command. The chunks are
 * those of the dynamic imports, so a command still loads only what it needs. The library stays as tsc leaves it.
 */
await build({
  entryPoints: ['dist/cli/main.js', 'dist/drills/workload/worker.js', 'dist/bench/load/bench-worker.js'],
  // As deep as the modules were: they find templates/ and package.json by going up.
  outdir: 'dist/command',
  entryNames: '[name]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: [...NATIVE, SSH_FILE],
  // What CommonJS modules take for granted.
  banner: {
    js: [
      "import { createRequire as requireFrom } from 'node:module';",
      'const require = requireFrom(import.meta.url);',
      'const __filename = import.meta.filename;',
      'const __dirname = import.meta.dirname;',
    ].join('\n'),
  },
  plugins: [
    {
      name: 'unused',
      setup({ onResolve, onLoad }) {
        onResolve({ filter: UNUSED }, ({ path }) => ({ path, namespace: 'unused' }));
        onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
      },
    },
    {
      name: 'ssh',
      setup({ onLoad }) {
        const contents = `module.exports = (options) => require('${SSH_FILE}')(options);`;
        onLoad({ filter: /ssh\.js$/ }, ({ path }) => (path === SSH ? { contents } : undefined));
      },
    },
  ],
});

await build({
  entryPoints: [SSH],
  outfile: `dist/command/${SSH_FILE}`,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  external: NATIVE,
});
