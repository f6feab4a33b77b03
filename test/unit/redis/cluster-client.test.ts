import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { newClusterClient, withinHostsOf } from '../../../src/redis/cluster-client.js';

test.each([
  ['127.0.0.1:7003', null],
  ['10.0.0.9:7001', { host: '127.0.0.1', port: 7001 }],
  ['evil.example:22', { host: '127.0.0.1', port: 22 }],
  ['[::1]:7001', { host: '127.0.0.1', port: 7001 }],
  ['evil.example:x', { host: '127.0.0.1', port: 7000 }],
  ['evil.example:99999', { host: '127.0.0.1', port: 7000 }],
  ['', { host: '127.0.0.1', port: 7000 }],
])('%s', (address, mapped) => {
  expect(withinHostsOf([{ host: '127.0.0.1', port: 7000 }])(address)).toEqual(mapped);
});

async function listening(server: Server, host: string): Promise<number> {
  server.listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

// Every address of 127.0.0.0/8 is this host's, on Linux.
test.runIf(process.platform === 'linux').each(['MOVED', 'ASK'])(
  '%s to another host leads nowhere',
  async (kind) => {
    let strangers = 0;
    const elsewhere = createServer((socket) => {
      strangers += 1;
      socket.destroy();
    });
    const trap = await listening(elsewhere, '127.0.0.2');
    const node = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        const commands = chunk
          .toString()
          .split(/\*\d+\r\n/)
          .slice(1);
        for (const command of commands) {
          if (/slots/i.test(command)) {
            const own = `*2\r\n$9\r\n127.0.0.1\r\n:${port}\r\n`;
            const others = `*2\r\n$9\r\n127.0.0.2\r\n:${trap}\r\n`;
            socket.write(`*1\r\n*4\r\n:0\r\n:16383\r\n${own}${others}`);
          } else if (/\$3\r\nget/i.test(command)) socket.write(`-${kind} 1 127.0.0.2:${trap}\r\n`);
          else socket.write('+OK\r\n');
        }
      });
    });
    const port = await listening(node, '127.0.0.1');
    const client = newClusterClient([{ host: '127.0.0.1', port }], {
      maxRedirections: 3,
      redisOptions: { enableReadyCheck: false, connectTimeout: 200 },
      clusterRetryStrategy: () => null,
    });
    onTestFinished(() => client.disconnect());
    await expect(client.get('a')).rejects.toThrow();
    expect(strangers).toBe(0);
  },
);
