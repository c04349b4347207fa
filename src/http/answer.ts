import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** How long a client may go on sending a body that is not wanted before its connection is closed. */
const LINGER_MS = 2_000;

/** Answers in JSON. */
export function answer(
  response: ServerResponse,
  status: number,
  body: Readonly<Record<string, unknown>>,
  headers: OutgoingHttpHeaders = {},
): void {
  response.end(begin(response, status, body, headers));
}

/**
 * Answers a request whose body was not read to its end, and closes the connection. Closing at once would reset
 * it, and a client that is still sending would see the reset in place of the answer: what it sends is thrown
 * away for a while instead.
 */
export function answerAndClose(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: Readonly<Record<string, unknown>>,
): void {
  response.write(begin(response, status, body, { connection: 'close' }));
  const close = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(close, LINGER_MS);
  request.once('end', close).once('close', close).resume();
}

/** Writes the head; gives the text that follows it. */
function begin(
  response: ServerResponse,
  status: number,
  body: Readonly<Record<string, unknown>>,
  headers: OutgoingHttpHeaders,
): string {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  return text;
}
