import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * Starts a thread from a module that lies beside the caller's.
 *
 * @param caller its `import.meta.url`
 * @param module the file's name without its ending, which is that of the caller; bundled, all threads are in one folder
 */
export function startThread(caller: string, module: string, name: string, data: unknown): Worker {
  const ending = extname(fileURLToPath(caller));
  return new Worker(new URL(`./${module}${ending}`, caller), {
    name,
    workerData: data,
    // Not those of whoever runs us: a thread takes some of Node.js' options for an error.
    execArgv: ending === '.ts' ? ['--import', typescriptLoader()] : [],
  });
}

/**
 * What a thread must import first when this runs from source, as it does in tests: `--import tsx` does nothing in a thread
 * (tsx/dist/esm/index.mjs asks for the main one).
 */
function typescriptLoader(): string {
  const api = import.meta.resolve('tsx/esm/api');
  return `data:text/javascript,import { register } from ${JSON.stringify(api)}; register();`;
}
