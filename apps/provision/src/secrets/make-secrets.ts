import { generateKeyPair, parseJwk, publicHalf, type JwkPair } from '@edgeway/auth';
import { ConfigError } from '@edgeway/config';
import type { SecretDirectory } from './secret-directory.ts';
import { humanPassword, machinePassword } from './passwords.ts';
import { redisConf } from './redis-conf.ts';

/** One directory for each reader, holding what that reader may see and nothing else. */
export type SecretDirectories = Readonly<
  Record<'postgres' | 'redis' | 'gateway' | 'user' | 'order' | 'bff', SecretDirectory>
>;

/**
 * Makes what is missing. Each secret has one home, where it is made once; what other readers need of
 * it is derived from there. So a run that was cut short, or a reader's volume that was removed, is
 * repaired by the next run.
 *
 * @throws ConfigError when a key that is there cannot be read: replacing it is for a person to decide.
 */
export async function makeSecrets({ postgres, redis, gateway, user, order, bff }: SecretDirectories): Promise<void> {
  await postgres.once('postgres_password', machinePassword);
  await order.once('database_password', machinePassword);
  await user.once('database_password', machinePassword);
  await user.once('demo_password', humanPassword);

  const redisPassword = await redis.once('redis_password', machinePassword);
  redis.derive('redis.conf', redisConf(redisPassword));
  for (const reader of [gateway, user]) reader.derive('redis_password', redisPassword);

  await privateKey(user, 'signing.jwk');
  const internal = publicHalf(await privateKey(gateway, 'internal_private.jwk'));
  for (const reader of [user, order, bff]) reader.derive('internal_public.jwk', JSON.stringify(internal));
}

async function privateKey(home: SecretDirectory, name: string): Promise<JwkPair['privateJwk']> {
  const text = await home.once(name, async () => JSON.stringify((await generateKeyPair()).privateJwk));
  try {
    const jwk = parseJwk(text);
    if (jwk.d !== undefined) return jwk;
  } catch {
    // The same to the reader of the message: it is no private key.
  }
  throw new ConfigError('secrets', [
    { path: name, message: 'is not a private Ed25519 JWK; remove the file to have a new key made' },
  ]);
}
