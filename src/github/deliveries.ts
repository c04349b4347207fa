/** The webhooks that GitHub sent to this App and how each was answered; asked as the App, not an installation. */
import { z } from 'zod';
import type { Octokit } from './client.ts';

interface DeliveryAttempt {
  /** Of this attempt; every attempt of one delivery has the same `guid`. */
  readonly id: string;
  readonly guid: string;
  /** Milliseconds since the epoch. */
  readonly deliveredAt: number;
  /** Whether it was answered 2xx. */
  readonly succeeded: boolean;
}

export interface DeliveryPage {
  /** Newest first. */
  readonly attempts: readonly DeliveryAttempt[];
  /** Of the next page, older; null at the end. */
  readonly next: string | null;
}

const page = z.array(
  z
    .object({
      id: z.union([z.int(), z.bigint()]),
      guid: z.string(),
      delivered_at: z.iso.datetime({ offset: true }),
      status_code: z.int(),
    })
    .transform((attempt): DeliveryAttempt => {
      const { id, guid, delivered_at, status_code } = attempt;
      const succeeded = status_code >= 200 && status_code < 300;
      return { id: String(id), guid, deliveredAt: Date.parse(delivered_at), succeeded };
    }),
);

/** One page of attempts. `cursor` is a former page's `next`, or null for the newest. */
export async function listDeliveries(octokit: Octokit, cursor: string | null): Promise<DeliveryPage> {
  const parameters = cursor === null ? { per_page: 100 } : { per_page: 100, cursor };
  const { data, headers } = await octokit.request('GET /app/hook/deliveries', parameters);
  return { attempts: page.parse(data), next: nextCursor(headers.link) };
}

/** Asks GitHub to send a delivery again; it will have the same guid. */
export async function redeliver(octokit: Octokit, id: string): Promise<void> {
  await octokit.request('POST /app/hook/deliveries/{id}/attempts', { id });
}

function nextCursor(link: string | undefined): string | null {
  const url = /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
  return url === undefined ? null : new URL(url).searchParams.get('cursor');
}
