import { run } from './run.js';

/** What `redis-cli --cluster check`, which is not ours, says of a cluster of containers. */
export async function judge(cluster: string, port: number): Promise<{ isClean: boolean; text: string }> {
  const inspect = await run('docker', [
    'inspect',
    '-f',
    '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
    `${cluster}-node-1`,
  ]);
  const address = `${inspect.stdout.trim()}:${port}`;
  const { code, stdout, stderr } = await run('docker', [
    'exec',
    `${cluster}-node-1`,
    'redis-cli',
    '--cluster',
    'check',
    address,
  ]);
  const text = stdout + stderr;
  const isClean =
    code === 0 &&
    text.includes('[OK] All nodes agree about slots configuration.') &&
    text.includes('[OK] All 16384 slots covered.') &&
    !text.includes('[WARNING]') &&
    !text.includes('[ERR]');
  return { isClean, text };
}
