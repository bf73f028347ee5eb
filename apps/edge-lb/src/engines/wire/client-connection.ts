import type { Duplex } from 'node:stream';
import { CodedError } from '@edgeway/errors';
import { BodyFraming, type Fault, type RequestHead } from '@edgeway/http1';
import { newRequestId } from '../../http/ids.ts';
import { answerText, problemFields } from '../../http/answer-text.ts';
import { rewritten, type RelayAction } from '../../routing/route.ts';
import { BodyPace } from './body-pace.ts';
import type { Client } from './client.ts';
import { ClientSocket, type SocketOwner } from './client-socket.ts';
import { Exchange } from './exchange.ts';
import { HeadView } from './head-view.ts';
import { mirror } from './mirror.ts';
import { errorOf, fixedAnswer, ownAnswer, type Answer } from './own-answers.ts';
import { requestIdOf, requestText } from './request-text.ts';
import type { UpstreamConnection } from './upstream-connection.ts';
import type { WireContext } from './wire-context.ts';

/** How long bytes that nobody wants are still read: closing on them resets the connection, and the answer is lost. */
const lingerMs = 1000;
/** How long a client may take nothing of an answer that is complete here. */
const stallMs = 30_000;

/**
 * A client's connection: one request after another, each answered before the next is looked at, so
 * that pipelined ones are answered in order (RFC 9112, 9.3.2). Between requests it holds next to nothing.
 *
 *     idle ─▶ head ─▶ body ─▶ answer ─▶ idle          tunnel: after a 101
 *               └──────┴────────┴─▶ refused ─▶ gone   refused: answered, the rest is read off
 */
export class ClientConnection implements Client, SocketOwner {
  readonly engine: WireContext;
  private readonly out: ClientSocket;
  private readonly socket: Duplex;
  private readonly peer: string;
  private readonly proto: 'http' | 'https';
  private phase: 'idle' | 'head' | 'body' | 'answer' | 'tunnel' | 'refused' | 'gone' = 'idle';
  private head: RequestHead | undefined;
  private framing: BodyFraming | undefined;
  private exchange: Exchange | undefined;
  /** Bytes that have not been looked at, or belong to a head that is not complete. */
  private pending: Buffer | undefined;
  private closing = false;
  private deadline: number;
  /** Of the request's body. */
  private pace: BodyPace | undefined;
  /** Bytes of the last answer that had not gone out when they were looked at last. */
  private unsent = 0;

  constructor(engine: WireContext, socket: Duplex, peer: string, proto: 'http' | 'https') {
    this.engine = engine;
    this.socket = socket;
    this.peer = peer;
    this.proto = proto;
    this.deadline = engine.now + engine.front.limits.headSeconds * 1000;
    this.out = new ClientSocket(socket, this);
  }

  // ── what comes from the client ──────────────────────────────────────────────────────────────────

  read(chunk: Buffer): void {
    if (this.phase === 'idle' || this.phase === 'head') this.readHead(chunk);
    else if (this.phase === 'body') this.readBody(chunk);
    else if (this.phase === 'tunnel') this.exchange?.tunnelBytes(chunk);
    else if (this.phase === 'answer') {
      this.pending = this.pending === undefined ? chunk : Buffer.concat([this.pending, chunk]);
      this.socket.pause();
    }
  }

  private readHead(chunk: Buffer): void {
    const bytes = this.pending === undefined ? chunk : Buffer.concat([this.pending, chunk]);
    this.pending = undefined;
    if (this.phase === 'idle') {
      this.phase = 'head';
      this.deadline = this.engine.now + this.engine.front.limits.headSeconds * 1000;
    }
    const head = (this.head ??= this.engine.takeHead());
    const progress = head.parse(bytes, bytes.length);
    if (progress === 'more') this.pending = bytes;
    else if (progress === 'fault') this.refuseFault(head.fault!, '');
    else this.begin(head, bytes);
  }

  /** A request's head is there: what is to be done with it? */
  private begin(head: RequestHead, bytes: Buffer): void {
    const { front } = this.engine;
    const requestId = requestIdOf(head, bytes, front.trustedHops);
    this.deadline = Infinity;
    // Behind a CONNECT comes no HTTP.
    this.closing = head.close || head.isConnect;
    const view = new HeadView(head, bytes, this.peer);
    const hasBody = head.chunked || head.length > 0;
    if (hasBody) {
      this.framing = new BodyFraming();
      this.framing.begin(head.chunked ? 'chunked' : 'length', head.length);
      this.pace = new BodyPace(this.engine.now);
    }
    this.phase = hasBody ? 'body' : 'answer';
    if (head.isConnect || view.method === 'TRACE')
      return this.refuse(new CodedError('EDGE_METHOD_UNSUPPORTED'), requestId, view.path);
    const own = ownAnswer(head, bytes, view.path, front.ready);
    if (own !== undefined) return this.answerSelf(own, requestId, head, bytes);
    const action = front.route(view);
    if (action === undefined) {
      this.report(view, 404, requestId);
      return this.refuse(new CodedError('ROUTE_NOT_FOUND'), requestId, view.path);
    }
    if (action.kind !== 'relay') return this.answerSelf(fixedAnswer(action), requestId, head, bytes, view);
    this.relay(action, view, head, bytes, requestId, hasBody);
  }

  private relay(
    action: RelayAction,
    view: HeadView,
    head: RequestHead,
    bytes: Buffer,
    requestId: string,
    hasBody: boolean,
  ): void {
    const { pool, rewrite } = action;
    const target = rewrite === undefined ? view.target : rewritten(view.target, rewrite);
    // Others may be ignored (RFC 9110, 7.8), and h2c must be: in such a tunnel no route would be looked at any more.
    const upgrade = head.upgrade && !hasBody && view.header('upgrade')?.toLowerCase() === 'websocket';
    if (!upgrade) head.upgrade = false;
    const text = requestText(head, bytes, target, requestId, {
      peer: this.peer,
      proto: this.proto,
      trustedHops: this.engine.front.trustedHops,
    });
    const exchange = new Exchange(this, pool, {
      requestId,
      method: view.method,
      path: view.path,
      text,
      minor: head.minor,
      close: head.close,
      upgrade,
      hasBody,
      affinityKey: pool.affinity?.(view),
      stickTo: pool.sticky?.endpointOf(view),
      startedAt: performance.now(),
    });
    this.exchange = exchange;
    const expects = head.expectsContinue;
    const at = head.at;
    this.giveBackHead();
    if (!hasBody) {
      if (at < bytes.length) this.pending = bytes.subarray(at);
      if (action.mirror !== undefined && !upgrade) mirror(this.engine, action.mirror, text, view.method);
      return exchange.go();
    }
    // A body that nobody will take is not asked for; that somebody may is known now.
    if (expects && pool.ready) this.write('HTTP/1.1 100 Continue\r\n\r\n');
    if (at < bytes.length) this.readBody(bytes.subarray(at));
    if (this.exchange === exchange) exchange.go();
  }

  private readBody(bytes: Buffer): void {
    const framing = this.framing!;
    this.pace?.came(bytes.length);
    const used = framing.advance(bytes, 0, bytes.length);
    if (framing.fault !== undefined) return this.bodyFault(framing.fault);
    if (framing.done) {
      this.phase = 'answer';
      this.framing = this.pace = undefined;
      if (used < bytes.length) this.pending = bytes.subarray(used);
    }
    this.exchange?.body(used < bytes.length ? bytes.subarray(0, used) : bytes, framing.done);
  }

  /** What was sent of it upstream must not be taken for a whole request. */
  private bodyFault(fault: Fault): void {
    const { exchange } = this;
    const begun = (exchange?.status ?? 0) > 0;
    exchange?.abort();
    if (begun) this.cut();
    else this.refuseFault(fault, exchange?.question.path ?? '');
  }

  // ── what goes to the client ─────────────────────────────────────────────────────────────────────

  /** Whether the connection ends with the answer that begins now. */
  endsWith(answerEnds: boolean): boolean {
    return (this.closing ||= answerEnds || this.engine.draining);
  }

  write(text: string): void {
    this.out.write(text);
  }

  writeWith(head: string, bytes: Buffer, from: number, to: number, source: UpstreamConnection): void {
    this.out.writeWith(head, bytes, from, to, source);
  }

  writeBytes(bytes: Buffer, from: number, to: number, source: UpstreamConnection): void {
    this.out.writeBytes(bytes, from, to, source);
  }

  /** The answer is complete. */
  answered(): void {
    if (this.phase === 'gone') return;
    if (this.phase === 'tunnel' || this.phase === 'body' || this.closing) return this.endAfterAnswer();
    this.phase = 'idle';
    this.deadline = this.engine.now + this.engine.front.limits.keepAliveSeconds * 1000;
    this.socket.resume();
    const { pending } = this;
    if (pending === undefined) return;
    this.pending = undefined;
    // Not at once: a thousand pipelined requests would be as many calls deep.
    process.nextTick(() => this.phase === 'idle' && this.readHead(pending));
  }

  cut(): void {
    if (this.phase !== 'gone') this.out.cut();
  }

  refuse(error: CodedError, requestId: string, path: string): void {
    const { front } = this.engine;
    if (this.phase === 'gone' || this.phase === 'refused') return;
    this.answerSelf(problemFields(error, { requestId, instance: front.instance }, path), requestId);
  }

  private refuseFault(fault: Fault, path: string): void {
    this.closing = true;
    this.refuse(errorOf(fault), newRequestId(), path);
  }

  private answerSelf(answer: Answer, requestId: string, head?: RequestHead, bytes?: Buffer, view?: HeadView): void {
    const known = head ?? this.head;
    const unread = this.phase === 'body' || this.phase === 'head';
    const close = this.closing || unread || this.engine.draining;
    const fields = { ...answer.fields, 'x-request-id': requestId, 'x-served-by': this.engine.front.instance };
    if (known?.minor === 0 && !close) Object.assign(fields, { connection: 'keep-alive' });
    const toHead = bytes !== undefined && known?.isMethod(bytes, 'HEAD') === true;
    this.write(answerText({ ...answer, fields, close, toHead }));
    if (view !== undefined) this.report(view, answer.status, requestId);
    if (head !== undefined && bytes !== undefined && head.at < bytes.length && !unread)
      this.pending = bytes.subarray(head.at);
    this.giveBackHead();
    this.closing = close;
    if (unread) this.endAfterAnswer();
    else this.answered();
  }

  /** Ends the connection, without losing the answer to bytes that nobody reads any more. */
  private endAfterAnswer(): void {
    this.phase = 'refused';
    this.pending = undefined;
    this.framing = this.pace = undefined;
    this.deadline = this.engine.now + lingerMs;
    this.socket.end();
    this.socket.resume();
  }

  // ── life ────────────────────────────────────────────────────────────────────────────────────────

  becomeTunnel(): void {
    this.phase = 'tunnel';
    this.closing = true;
    const { pending } = this;
    this.pending = undefined;
    this.socket.resume();
    if (pending !== undefined) this.exchange?.tunnelBytes(pending);
  }

  pauseReading(): void {
    this.socket.pause();
  }

  resumeReading(): void {
    // Also while an answer is awaited: that the client leaves is learned by reading.
    if (this.pending === undefined) this.socket.resume();
  }

  drained(): void {
    this.exchange?.resumeUpstream();
  }

  exchangeOver(): void {
    const exchange = this.exchange!;
    this.exchange = undefined;
    const { question, status, pool, endpoint, attempts } = exchange;
    this.engine.front.onAnswer?.({
      method: question.method,
      path: question.path,
      status,
      ms: performance.now() - question.startedAt,
      requestId: question.requestId,
      peer: this.peer,
      pool: pool.name,
      endpoint,
      attempts,
    });
  }

  /** Tells of an answer that asked no endpoint. Probes of the balancer itself are not worth telling. */
  private report({ method, path }: HeadView, status: number, requestId: string): void {
    const { peer } = this;
    this.engine.front.onAnswer?.({
      method,
      path,
      status,
      ms: 0,
      requestId,
      peer,
      pool: undefined,
      endpoint: undefined,
      attempts: 0,
    });
  }

  /** The balancer drains: whoever is idle goes. */
  leaveIfIdle(): void {
    if (this.phase === 'idle') this.socket.destroy();
  }

  /** The client has said that nothing more will come. One that waits for an answer and leaves looks the same. */
  ended(): void {
    if (this.phase === 'tunnel') this.exchange?.abort();
    else this.socket.destroy();
  }

  closed(): void {
    if (this.phase === 'gone') return;
    this.phase = 'gone';
    this.exchange?.abort();
    this.giveBackHead();
    this.pending = undefined;
    this.engine.gone(this, this.peer);
  }

  tick(now: number): void {
    this.exchange?.tick(now);
    if (this.pace !== undefined) {
      if (this.socket.isPaused()) this.pace.paused(now - this.engine.lastTick);
      if (this.pace.isSlow(now, this.engine.front.limits)) return this.bodyTimedOut();
    }
    if (now < this.deadline) return;
    this.deadline = Infinity;
    if (this.phase === 'refused' && this.stillSends(now)) return;
    if (this.phase !== 'head') return void this.socket.destroy();
    this.closing = true;
    this.refuse(new CodedError('EDGE_REQUEST_TIMEOUT'), newRequestId(), '');
  }

  /** An answer that a slow client still takes is not cut off, as long as it takes some of it. */
  private stillSends(now: number): boolean {
    const { writableLength } = this.socket;
    if (writableLength === 0 || writableLength === this.unsent) return false;
    this.unsent = writableLength;
    this.deadline = now + stallMs;
    return true;
  }

  private bodyTimedOut(): void {
    const { exchange } = this;
    this.pace = undefined;
    const begun = (exchange?.status ?? 0) > 0;
    exchange?.abort();
    if (begun) this.cut();
    else
      this.refuse(
        new CodedError('EDGE_REQUEST_TIMEOUT'),
        exchange?.question.requestId ?? newRequestId(),
        exchange?.question.path ?? '',
      );
  }

  private giveBackHead(): void {
    if (this.head !== undefined) this.engine.giveBackHead(this.head);
    this.head = undefined;
  }
}
