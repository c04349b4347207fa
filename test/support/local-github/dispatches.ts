/** `POST …/dispatches`, which emulate does not have. No workflow runs here: `github.requests` has what was asked. */
import { z } from 'zod';
import { type ApiAnswer, refused } from './http.ts';
import type { Route } from './routes.ts';

const MOST_ENTRIES = 10;

const dispatch = z.object({
  event_type: z.string().min(1).max(100),
  client_payload: z.record(z.string(), z.unknown()).default({}),
});

export class Dispatches {
  readonly routes: readonly Route[] = [
    {
      method: 'POST',
      path: '/dispatches',
      needs: ['contents', 'write'],
      answer: ({ request }): ApiAnswer => {
        const parsed = dispatch.safeParse(request.body);
        if (!parsed.success) return refused('Invalid request.');
        const count = Object.keys(parsed.data.client_payload).length;
        if (count <= MOST_ENTRIES) return { status: 204, body: null };
        return refused(`No more than ${MOST_ENTRIES} properties are allowed; ${count} were supplied.`);
      },
    },
  ];
}
