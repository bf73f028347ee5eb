import type { RequestHead } from '@edgeway/http1';
import type { RequestView } from '../../routing/request-view.ts';

/** A parsed head as routes see it; strings are made when asked for. */
export class HeadView implements RequestView {
  readonly method: string;
  readonly path: string;
  readonly peer: string;
  private readonly head: RequestHead;
  private readonly bytes: Buffer;

  constructor(head: RequestHead, bytes: Buffer, peer: string) {
    this.head = head;
    this.bytes = bytes;
    this.peer = peer;
    this.method = head.method(bytes);
    this.path = head.isConnect ? '' : head.path(bytes);
  }

  get target(): string {
    return this.head.target(this.bytes);
  }

  get host(): string | undefined {
    return this.head.authority(this.bytes);
  }

  header(name: string): string | undefined {
    return this.head.valueNamed(this.bytes, name);
  }
}
