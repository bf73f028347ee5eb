import { readFileSync } from 'node:fs';
import { createRedisServer } from 'js-redis-server';

/** A Redis as a process of its own, which all other processes share: node redis-main.ts PORT [PASSWORD_FILE] */
const [port, passwordFile] = process.argv.slice(2);
const requirepass = passwordFile === undefined ? undefined : readFileSync(passwordFile, 'utf8').trim();

const server = await createRedisServer({ host: '127.0.0.1', port: Number(port), ...(requirepass === undefined ? {} : { requirepass }) });
process.stdout.write(`redis listens on ${port}\n`);

const stop = (): void => void server.close().finally(() => process.exit(0));
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
process.once('disconnect', stop);
