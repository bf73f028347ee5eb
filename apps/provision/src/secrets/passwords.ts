import { randomBytes, randomInt } from 'node:crypto';

/** 256 random bits in hex: no character of it means anything to redis.conf, a URL, a shell or SQL. */
export function machinePassword(): string {
  return randomBytes(32).toString('hex');
}

/** Letters and digits that cannot be taken for one another. */
const typable = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Four groups of four, such as `kq7m-2xhd-w9ta-e4rc` (79 bits): for people, who read it off one screen and type it on another. */
export function humanPassword(): string {
  const group = (): string => Array.from({ length: 4 }, () => typable[randomInt(typable.length)]).join('');
  return Array.from({ length: 4 }, group).join('-');
}
