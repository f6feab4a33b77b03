import { run, succeed } from './run.js';

/** What `redis-cli --cluster check`, which is not ours, says of a cluster of containers. */
export async function judge(cluster: string, port: number): Promise<{ isClean: boolean; text: string }> {
  const node = `${cluster}-node-1`;
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  const address = (await succeed('docker', ['inspect', '--format', format, node])).trim();
  const check = ['redis-cli', '--cluster', 'check', `${address}:${port}`];
  const { code, stdout, stderr } = await run('docker', ['exec', node, ...check]);
  const text = stdout + stderr;
  const isClean =
    code === 0 &&
    text.includes('[OK] All nodes agree about slots configuration.') &&
    text.includes('[OK] All 16384 slots covered.') &&
    !text.includes('[WARNING]') &&
    !text.includes('[ERR]');
  return { isClean, text };
}
