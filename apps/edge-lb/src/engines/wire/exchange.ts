import type { Endpoint, Lease } from '@edgeway/balancing';
import { CodedError } from '@edgeway/errors';
import type { ResponseHead } from '@edgeway/http1';
import type { Waiting } from '../../pools/queue.ts';
import type { UpstreamPool } from '../../pools/upstream-pool.ts';
import type { Asker } from './asker.ts';
import type { Client } from './client.ts';
import { Deadline, type Awaited } from './deadline.ts';
import { interimText, responseText, switchText } from './response-text.ts';
import type { UpstreamConnection } from './upstream-connection.ts';
import { idempotentMethods, isGone, safeMethods, unreached } from '../retryable.ts';

/** Larger bodies can be sent only once. HAProxy's and NGINX's buffers are of this order. */
const replayBytes = 64 * 1024;
/** More than this waiting to be written, and reading stops on the other side. */
export const highWaterBytes = 128 * 1024;

/** A request as it is asked of endpoints; what was parsed is gone by then. */
export interface Question {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  /** The head to send. */
  readonly text: string;
  readonly minor: number;
  /** Whether the client wants its connection closed. */
  readonly close: boolean;
  readonly upgrade: boolean;
  readonly hasBody: boolean;
  readonly affinityKey: string | undefined;
  /** The endpoint that a sticky cookie names. */
  readonly stickTo: string | undefined;
  readonly startedAt: number;
}

/** One request on its way: to an endpoint, maybe to another, and its answer back. Ends exactly once. */
export class Exchange implements Asker {
  readonly question: Question;
  readonly isHead: boolean;
  requestDone: boolean;
  status = 0;
  attempts = 0;
  endpoint: string | undefined;
  readonly pool: UpstreamPool;
  private readonly client: Client;
  private upstream: UpstreamConnection | undefined;
  private lease: Lease | undefined;
  private waiting: Waiting | undefined;
  /** The body so far, while it can still be sent again. */
  private replay: Buffer[] | undefined;
  private replayed = 0;
  private tried: Set<Endpoint> | undefined;
  private failedAt: Set<Endpoint> | undefined;
  /** Whether anything of an answer has gone to the client. */
  private begun = false;
  private tunnel = false;
  private over = false;
  private readonly deadline = new Deadline();

  constructor(client: Client, pool: UpstreamPool, question: Question) {
    this.client = client;
    this.pool = pool;
    this.question = question;
    this.isHead = question.method === 'HEAD';
    this.requestDone = !question.hasBody;
    this.replay = question.hasBody ? [] : undefined;
    pool.budget.deposit();
  }

  get unchunked(): boolean {
    return this.question.minor === 0;
  }

  /** Whether the client's connection has become a tunnel. */
  get tunnelling(): boolean {
    return this.tunnel;
  }

  /** Sends the request to an endpoint, when there is one, or when one becomes free. */
  go(last?: CodedError): void {
    const { pool, tried, failedAt, question } = this;
    const none: ReadonlySet<Endpoint> = nobody;
    // Elsewhere first; again where only an old connection had died, when there is nowhere else.
    const lease =
      (tried === undefined && question.stickTo !== undefined ? pool.acquireAt(question.stickTo) : undefined) ??
      pool.acquire(tried ?? none, question.affinityKey) ??
      (tried === undefined ? undefined : pool.acquire(failedAt ?? none, question.affinityKey));
    if (lease !== undefined) return this.send(lease);
    if (last !== undefined) return this.fail(last);
    if (!pool.isFull()) return this.fail(new CodedError('EDGE_NO_HEALTHY_ENDPOINT'));
    this.waiting = pool.queue.wait(
      () => {
        this.waiting = undefined;
        this.go();
      },
      () => this.fail(new CodedError('EDGE_POOL_FULL')),
    );
    if (this.waiting === undefined) this.fail(new CodedError('EDGE_POOL_FULL'));
  }

  private send(lease: Lease): void {
    this.attempts++;
    this.lease = lease;
    this.endpoint = lease.endpoint.address;
    const upstream = (this.upstream = this.client.engine.upstreams.take(lease.endpoint.address));
    if (upstream.connected) this.wait(this.requestDone ? 'headers' : 'idle');
    else this.wait('connect');
    upstream.ask(this, this.question.text, this.replay ?? noBody);
    if (this.question.hasBody) this.client.resumeReading();
  }

  /** More of the request's body. */
  body(bytes: Buffer, done: boolean): void {
    if (bytes.length > 0 && this.replay !== undefined) {
      this.replayed += bytes.length;
      if (this.replayed <= replayBytes || this.upstream === undefined) this.replay.push(bytes);
      else this.replay = undefined;
    }
    this.requestDone = done;
    const { upstream } = this;
    if (upstream === undefined) return this.client.pauseReading();
    if (bytes.length > 0) {
      upstream.socket.write(bytes);
      if (upstream.socket.writableLength > highWaterBytes) this.client.pauseReading();
    }
    if (upstream.connected) this.wait(done && !this.begun ? 'headers' : 'idle');
  }

  /** Bytes of the client for the tunnel's other end. */
  tunnelBytes(bytes: Buffer): void {
    const { upstream } = this;
    if (upstream === undefined) return;
    upstream.socket.write(bytes);
    if (upstream.socket.writableLength > highWaterBytes) this.client.pauseReading();
    this.wait('tunnel');
  }

  /** The client's socket has room again. */
  resumeUpstream(): void {
    this.upstream?.socket.resume();
  }

  /** The client has gone: nothing of this is wanted any more. */
  abort(): void {
    this.finish('done');
  }

  tick(now: number): void {
    const error = this.deadline.expired(now);
    if (error === undefined) return;
    this.upstream!.destroy();
    this.failed(error);
  }

  private wait(what: Awaited): void {
    this.deadline.wait(what, this.pool.timeouts, this.client.engine.now);
  }

  connected(): void {
    this.wait(this.requestDone ? 'headers' : 'idle');
  }

  drained(): void {
    this.client.resumeReading();
  }

  interim(head: ResponseHead, bytes: Buffer): void {
    if (this.question.minor === 0) return;
    this.begun = true;
    this.replay = undefined;
    this.client.write(interimText(head, bytes));
  }

  switched(head: ResponseHead, bytes: Buffer, from: number, to: number): boolean {
    if (!this.question.upgrade) return false;
    this.begun = this.tunnel = true;
    this.status = 101;
    this.pool.observed(this.lease!.endpoint, true);
    this.client.writeWith(switchText(head, bytes, this.question.requestId), bytes, from, to, this.upstream!);
    this.wait('tunnel');
    this.client.becomeTunnel();
    return true;
  }

  answer(head: ResponseHead, bytes: Buffer, from: number, to: number): void {
    if (this.pool.retryStatuses.includes(head.status) && this.leaveFor(head.status)) return;
    this.begun = true;
    this.replay = undefined;
    this.status = head.status;
    this.pool.observed(this.lease!.endpoint, head.status < 500);
    const { requestId, minor, close } = this.question;
    const unchunked = this.unchunked && head.body === 'chunked';
    const last = this.client.endsWith(close || !this.requestDone || head.body === 'close' || unchunked);
    const extra = this.pool.sticky?.setCookie(this.endpoint!, this.question.stickTo) ?? '';
    this.client.writeWith(
      responseText(head, bytes, { requestId, close: last, minor, unchunked, extra }),
      bytes,
      from,
      to,
      this.upstream!,
    );
    this.wait('idle');
  }

  /** Asks another endpoint instead of relaying this one's answer. @returns whether there is one. */
  private leaveFor(status: number): boolean {
    const { pool, question } = this;
    if (this.begun || this.attempts >= pool.attempts || !safeMethods.has(question.method)) return false;
    if (question.hasBody && this.replay === undefined) return false;
    const { endpoint } = this.lease!;
    (this.tried ??= new Set()).add(endpoint);
    const next = pool.acquire(this.tried, question.affinityKey);
    if (next === undefined) return false;
    if (!pool.budget.withdraw()) {
      next.release('failed');
      return false;
    }
    (this.failedAt ??= new Set()).add(endpoint);
    pool.observed(endpoint, false);
    this.lease!.release('failed');
    this.upstream!.destroy();
    this.client.engine.front.log.info(
      { endpoint: endpoint.address, pool: pool.name, status, requestId: question.requestId },
      'retrying elsewhere',
    );
    this.send(next);
    return true;
  }

  data(bytes: Buffer, from: number, to: number): void {
    this.client.writeBytes(bytes, from, to, this.upstream!);
    this.wait(this.tunnel ? 'tunnel' : 'idle');
  }

  ended(): void {
    this.upstream = undefined;
    this.finish('done');
    this.client.answered();
  }

  failed(error: NodeJS.ErrnoException): void {
    if (this.over) return;
    const { pool, upstream, question } = this;
    const endpoint = this.lease!.endpoint;
    const reused = upstream!.reused;
    this.upstream = undefined;
    this.deadline.clear();
    this.lease!.release('failed');
    this.lease = undefined;
    const code = error.code ?? '';
    if (isGone(code)) pool.refused(endpoint);
    else if (!reused) pool.observed(endpoint, false);
    if (this.begun) {
      this.finish('failed');
      return this.client.cut();
    }
    (this.tried ??= new Set()).add(endpoint);
    // Of an old connection that died, the endpoint may know nothing.
    if (!reused || code === 'EDGE_UPSTREAM_TIMEOUT') (this.failedAt ??= new Set()).add(endpoint);
    const failure = error instanceof CodedError ? error : new CodedError('EDGE_UPSTREAM_FAILED', { cause: error });
    if (this.attempts >= pool.attempts || !this.mayRepeat(code, reused) || !pool.budget.withdraw())
      return this.fail(failure);
    this.client.engine.front.log.info(
      { endpoint: endpoint.address, pool: pool.name, cause: error.message, requestId: question.requestId },
      'retrying elsewhere',
    );
    this.go(failure);
  }

  /** Nothing may be sent twice that could be done twice (RFC 9110, 9.2.2), nor what is not there any more. */
  private mayRepeat(code: string, reused: boolean): boolean {
    if (this.question.hasBody && this.replay === undefined) return false;
    if (unreached.has(code)) return true;
    const { method } = this.question;
    // Elsewhere it may be fast: a frozen endpoint is healthy until its probes have timed out.
    if (code === 'EDGE_UPSTREAM_TIMEOUT') return safeMethods.has(method);
    if (code !== 'ECONNRESET' && code !== 'EPIPE') return false;
    return safeMethods.has(method) || (reused && idempotentMethods.has(method));
  }

  private fail(error: CodedError): void {
    if (this.over) return;
    const { requestId, path } = this.question;
    this.client.engine.front.log.warn({ err: error, requestId, path, pool: this.pool.name }, 'relay failed');
    this.status = error.status;
    this.finish('failed');
    this.client.refuse(error, requestId, path);
  }

  private finish(outcome: 'done' | 'failed'): void {
    if (this.over) return;
    this.over = true;
    this.deadline.clear();
    this.waiting?.cancel();
    const { upstream } = this;
    this.upstream = undefined;
    upstream?.destroy();
    this.lease?.release(outcome);
    this.lease = undefined;
    this.client.exchangeOver();
  }
}

const nobody: ReadonlySet<Endpoint> = new Set();
const noBody: readonly Buffer[] = [];
