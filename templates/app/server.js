// Counts the visits of each page in a Redis Cluster: GET /home answers { "page": "home", "visits": 3 }.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Cluster } from 'ioredis';

const { env } = process;
const read = (file) => (file === undefined ? undefined : readFileSync(file, 'utf8').trim());
const nodes = env.REDIS_CLUSTER_NODES.split(',').map((node) => {
  const [host, port] = node.split(':');
  return { host, port: Number(port) };
});
const redis = new Cluster(nodes, {
  slotsRefreshTimeout: 1000,
  redisOptions: {
    username: env.REDIS_USERNAME,
    password: read(env.REDIS_PASSWORD_FILE),
    commandTimeout: 2000,
    ...(env.REDIS_TLS_CA && {
      tls: { ca: read(env.REDIS_TLS_CA), cert: read(env.REDIS_TLS_CERT), key: read(env.REDIS_TLS_KEY) },
    }),
  },
});
redis.on('error', (error) => console.error(error.message));

const server = createServer(async (request, response) => {
  const page = request.url.slice(1);
  try {
    const visits = await redis.incr(`visits:${page}`);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ page, visits }));
  } catch (error) {
    response.writeHead(503, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ page, error: error.message }));
  }
});
server.listen(8080);

process.once('SIGTERM', () => {
  server.close();
  redis.disconnect();
});
