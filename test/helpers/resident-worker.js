import { Buffer } from 'node:buffer';
import { parentPort } from 'node:worker_threads';
import { main } from '../../dist/command/main.js';

/** The thread of runResident: one command line after the other, each with an environment of its own. */

const streams = { stdout: process.stdout, stderr: process.stderr };
const written = { stdout: [], stderr: [] };

for (const [name, stream] of Object.entries(streams)) {
  stream.write = (chunk, encoding, callback) => {
    written[name].push(Buffer.from(chunk));
    const done = typeof encoding === 'function' ? encoding : callback;
    if (done !== undefined) process.nextTick(done);
    return true;
  };
}

const take = (name) => Buffer.concat(written[name].splice(0)).toString('utf8');

parentPort.on('message', async ({ args, env }) => {
  for (const name of Object.keys(process.env)) if (!Object.hasOwn(env, name)) delete process.env[name];
  Object.assign(process.env, env);
  const code = await main(args);
  // Each command listens to these once, since a process has one command.
  for (const stream of Object.values(streams)) stream.removeAllListeners('error');
  parentPort.postMessage({ code, stdout: take('stdout'), stderr: take('stderr') });
});
