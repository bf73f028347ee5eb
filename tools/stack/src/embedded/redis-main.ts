import { createRedisServer } from 'js-redis-server';

/** A Redis as a process of its own, which all other processes share: node redis-main.ts PORT. Binds loopback, asks no password. */
const server = await createRedisServer({ port: Number(process.argv[2]) });
process.stdout.write(`redis listens on ${server.host}:${server.port}\n`);

const stop = (): void => void server.close().finally(() => process.exit(0));
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
process.once('disconnect', stop);
