import type Docker from 'dockerode';
import type { Container } from 'dockerode';
import { splitStreams } from './engine.js';

/**
 * Runs a command in the container on this process' terminal, or through its pipes.
 *
 * @returns the command's exit code
 */
export async function runInteractive(
  docker: Docker,
  container: Container,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const terminal = process.stdin.isTTY && process.stdout.isTTY;
  const exec = await container.exec({
    Cmd: [...command],
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: terminal,
  });
  const stream = await exec.start({ hijack: true, stdin: true, Tty: terminal });
  const resize = () => {
    const [w, h] = process.stdout.getWindowSize();
    void exec.resize({ w, h }).catch(() => undefined);
  };
  if (terminal) {
    process.stdin.setRawMode(true);
    process.stdout.on('resize', resize);
    resize();
    stream.pipe(process.stdout, { end: false });
  } else {
    splitStreams(docker, stream, process.stdout, process.stderr);
  }
  process.stdin.pipe(stream);
  try {
    await new Promise<void>((resolve, reject) => {
      stream.once('end', resolve);
      stream.once('close', resolve);
      stream.once('error', reject);
    });
  } finally {
    process.stdin.unpipe(stream);
    process.stdin.pause();
    if (terminal) {
      process.stdin.setRawMode(false);
      process.stdout.off('resize', resize);
    }
  }
  return (await exec.inspect()).ExitCode ?? 1;
}
