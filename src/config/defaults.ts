/** The defaults of `up`. Each is what the README's table states. */
export const DEFAULTS = {
  cluster: 'rcluster',
  masters: 3,
  replicas: 1,
  basePort: 7000,
  image: 'redis:7-alpine',
  /**
   * Milliseconds. Redis' own default of 15 000 makes a failover last half a minute. With this one, writes to a killed
   * master's slots succeed again in under 2 s, while ten minutes of full load on two cores cause no failover: both are
   * measured by `npm run bench`.
   */
  nodeTimeout: 500,
  persistence: 'aof',
  bind: '127.0.0.1',
  /** Seconds. */
  wait: 60,
} as const;
