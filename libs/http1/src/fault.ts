/**
 * Why a message is refused, and with which status when it is a request. A fault in a response is
 * always a 502: the client did nothing wrong (RFC 9112, 6.3).
 */
export const faults = {
  // start line
  'method-invalid': [400, 'The method is not a token.'],
  'method-too-long': [501, 'No method is that long.'],
  'target-invalid': [400, 'The request target is neither a path nor an http URL.'],
  'start-line-too-long': [414, 'The request line is too long.'],
  'version-malformed': [400, 'The protocol version is malformed.'],
  'version-unsupported': [505, 'Only HTTP/1.1 and HTTP/1.0 are spoken here.'],
  'status-invalid': [400, 'The status code is not three digits.'],
  'reason-invalid': [400, 'The reason phrase holds a control character.'],
  // fields
  'line-end-invalid': [400, 'A line must end with CR LF.'],
  'field-name-invalid': [400, 'A field name is not a token, or white space stands before its colon.'],
  'field-value-invalid': [400, 'A field value holds a control character.'],
  'field-folded': [400, 'A field goes on over a line end.'],
  'head-too-large': [431, 'The head is too large.'],
  'too-many-fields': [431, 'The head has too many fields.'],
  // what fields say
  'host-invalid': [400, 'The request must name exactly one host.'],
  'length-invalid': [400, 'Content-Length is not one number.'],
  'length-and-coding': [400, 'Both Content-Length and Transfer-Encoding say where the body ends.'],
  'coding-invalid': [400, 'Transfer-Encoding does not end with one chunked, or HTTP/1.0 has one.'],
  'coding-unsupported': [501, 'The only transfer coding spoken here is chunked.'],
  'expectation-unknown': [417, 'The only expectation known here is 100-continue.'],
  // chunks
  'chunk-size-invalid': [400, 'A chunk size is not a hexadecimal number.'],
  'chunk-extension-invalid': [400, 'A chunk extension is malformed.'],
  'chunk-extension-too-long': [400, 'The extensions of a chunk are too long.'],
  'chunk-end-invalid': [400, 'A chunk does not end where its size says.'],
  'trailer-invalid': [400, 'A trailer field is malformed, or is one that may not stand there.'],
  'trailers-too-large': [431, 'The trailer section is too large.'],
} as const satisfies Record<string, readonly [status: number, detail: string]>;

export type Fault = keyof typeof faults;

/** The status that answers a request with this fault. */
export const statusOf = (fault: Fault): number => faults[fault][0];

/** What is wrong, for people. */
export const detailOf = (fault: Fault): string => faults[fault][1];
