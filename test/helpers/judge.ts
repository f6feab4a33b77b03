import { run, succeed, type RunResult } from './run.js';

interface Verdict {
  readonly isClean: boolean;
  readonly text: string;
}

const CHECK = ['--cluster', 'check'];

/** What `redis-cli --cluster check`, which is not ours, says of a cluster of containers. */
export async function judge(cluster: string, port: number): Promise<Verdict> {
  const node = `${cluster}-node-1`;
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  const address = (await succeed('docker', ['inspect', '--format', format, node])).trim();
  return verdict(await run('docker', ['exec', node, 'redis-cli', ...CHECK, `${address}:${port}`]));
}

/** The same of a cluster of processes. */
export async function judgeProcesses(port: number): Promise<Verdict> {
  return verdict(await run('redis-cli', [...CHECK, `127.0.0.1:${port}`]));
}

function verdict({ code, stdout, stderr }: RunResult): Verdict {
  const text = stdout + stderr;
  const isClean =
    code === 0 &&
    text.includes('[OK] All nodes agree about slots configuration.') &&
    text.includes('[OK] All 16384 slots covered.') &&
    !text.includes('[WARNING]') &&
    !text.includes('[ERR]');
  return { isClean, text };
}
