import type { Socket } from 'node:net';

/**
 * Relays bytes both ways between two connected sockets that allow half-open connections, until both
 * directions have ended. Each direction ends by itself: a FIN is passed on, and the other goes on. A
 * reset of one is a reset of the other, since whoever is cut off must not take it for an end.
 *
 * By hand and not by `pipeline`, which destroys both sockets when one direction ends early, and
 * costs a chain of listeners. Memory is bounded by what Node buffers for one socket each way.
 *
 * @param idleMs without a byte in either direction, both are reset.
 */
export function splice(a: Socket, b: Socket, idleMs: number): void {
  oneWay(a, b, idleMs);
  oneWay(b, a, idleMs);
  // Any byte passes `a`, in or out: one timer is enough while it is open.
  a.setTimeout(idleMs, () => reset(a));
}

function oneWay(from: Socket, to: Socket, idleMs: number): void {
  from.on('data', (chunk: Buffer) => {
    // `write` also says false of a large chunk that the kernel took at once.
    if (!to.write(chunk) && to.writableLength > 0) from.pause();
  });
  to.on('drain', () => from.resume());
  if (from.readableEnded) to.end();
  else from.once('end', () => to.end());
  from.once('close', () => {
    if (!from.readableEnded || !from.writableFinished) reset(to);
    // What it sent last may still be on its way.
    else to.setTimeout(idleMs, () => reset(to));
  });
  from.resume();
}

/** Ends a connection so that the other end can tell it from an orderly end. */
export function reset(socket: Socket): void {
  if (!socket.destroyed) socket.resetAndDestroy();
}
