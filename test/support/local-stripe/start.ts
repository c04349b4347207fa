/** A local Stripe over HTTP, for the real SDK to talk to. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import Stripe from 'stripe';
import { answerOf, invalid, type StripeAnswer } from './api.ts';
import { parseForm } from './form.ts';
import { LocalStripe } from './local-stripe.ts';
import type { LocalEvent } from './objects.ts';

export const API_KEY = 'rk_test_0123456789abcdef';

export interface ServedStripe {
  readonly stripe: LocalStripe;
  readonly url: string;
  /** `METHOD path` of every request, in order. */
  readonly requests: readonly string[];
  /** Answers the next requests in this way instead; null closes the connection. Functions are called in order. */
  failNext(...answers: (StripeAnswer | null)[]): void;
  /** Takes every request as usual, and closes the connection in place of an answer, until told otherwise. */
  loseAnswers(lose: boolean): void;
  close(): Promise<void>;
}

export async function startLocalStripe(): Promise<ServedStripe> {
  const stripe = new LocalStripe();
  const requests: string[] = [];
  const faults: (StripeAnswer | null)[] = [];
  const remembered = new Map<string, StripeAnswer>();
  let losing = false;
  let url = '';
  const server = createServer(async (request, response) => {
    const body = await readText(request);
    const { pathname, search } = new URL(request.url ?? '/', 'http://local');
    requests.push(`${request.method} ${pathname}`);
    if (pathname.startsWith('/pay/')) return payFor(stripe, pathname.slice('/pay/'.length), response);
    const fault = faults.shift();
    if (fault === null) return void request.socket.destroy();
    const answer = fault ?? answered(request, pathname, body === '' ? search.slice(1) : body);
    if (losing) return void request.socket.destroy();
    send(response, answer);
  });

  function answered(
    { method = 'GET', headers }: IncomingMessage,
    pathname: string,
    form: string,
  ): StripeAnswer {
    if (headers.authorization !== `Bearer ${API_KEY}`) return invalid(401, 'Invalid API Key provided');
    const key = headers['idempotency-key'];
    const before = typeof key === 'string' ? remembered.get(key) : undefined;
    const answer =
      before ??
      answerOf(stripe, { method, path: pathname.replace('/v1/', ''), form: parseForm(form), origin: url });
    if (typeof key === 'string') remembered.set(key, answer);
    return answer;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The local Stripe has no port.');
  url = `http://127.0.0.1:${address.port}`;
  return {
    stripe,
    url,
    requests,
    failNext: (...answers) => faults.push(...answers),
    loseAnswers: (lose) => {
      losing = lose;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An event as Stripe posts it: its body, and the header that signs it at `now` (milliseconds). */
export function signed(
  event: object | LocalEvent,
  secret: string,
  now: number,
): { body: Buffer; signature: string } {
  const payload = JSON.stringify(event);
  const timestamp = Math.floor(now / 1000);
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
  return { body: Buffer.from(payload), signature };
}

function payFor(stripe: LocalStripe, session: string, response: ServerResponse): void {
  stripe.pay(session);
  response.writeHead(303, { location: stripe.sessions.get(session)?.success_url }).end();
}

function send(response: ServerResponse, { status, body, headers }: StripeAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_local', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
