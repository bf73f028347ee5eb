import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRedisCommandExecutor, RedisServerState, Resp2Server } from 'js-redis-server/core';

/**
 * A Redis as a process of its own, which all other processes share: node redis-main.ts PORT [redis.conf].
 * Of the configuration file it follows `requirepass`; without a file it asks for no password.
 */
const [port, configFile] = process.argv.slice(2);

const stop = (): void => process.exit(0);
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
process.once('disconnect', stop);
if ('connected' in process && !process.connected) stop(); // went while this program was loading

const password =
  configFile === undefined ? undefined : /^requirepass (\S+)$/m.exec(readFileSync(configFile, 'utf8'))?.[1];
if (configFile !== undefined && password === undefined) throw new Error(`${configFile} has no requirepass`);

const { server } = new Resp2Server({
  server: new RedisServerState({ databaseCount: 16, ...(password === undefined ? {} : { requirepass: password }) }),
  executor: createRedisCommandExecutor(),
});
// Its own listen() takes no address and would be open to the network.
server.listen(Number(port), '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`redis listens on 127.0.0.1:${port}\n`);
