/** Answers for browsers. Nothing that a page could load or run is allowed, and no page may frame it. */
import type { ServerResponse } from 'node:http';

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export function answerPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    ...HEADERS,
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(html),
  });
  response.end(html);
}

/** Sends a browser to another address, with GET whatever it asked with. */
export function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { ...HEADERS, location, 'content-length': 0 }).end();
}
