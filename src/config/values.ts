/** What values the environment's variables may have, with the words for those that are none. */
import { resolve } from 'node:path';
import { z } from 'zod';

export const integer = (minimum: number, maximum: number) => {
  const error = `must be a whole number from ${minimum} to ${maximum}`;
  return z.coerce.number({ error }).int({ error }).min(minimum, { error }).max(maximum, { error });
};
export const oneOf = <const Value extends string>(values: readonly Value[]) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });
export const webUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

/** Containers see it: a name and a password in it would not stay secret. */
export const withoutCredentials = webUrl.refine((url) => {
  const parsed = URL.parse(url);
  return parsed?.username === '' && parsed.password === '';
}, 'must not carry a user name or password');

const PROCESSORS = { error: 'must be a number from 0.1 to 256' };
export const processors = z.coerce.number(PROCESSORS).min(0.1, PROCESSORS).max(256, PROCESSORS);

/** Where flagd serves its sync stream unless it is told otherwise. */
const FLAGD_SYNC_PORT = 8015;

/** One or two secrets, `old,new`, each at least 16 characters, so that `development` can never be one. */
export const rotatingSecret = z
  .string()
  .transform((value) => value.split(',').map((secret) => secret.trim()))
  .pipe(
    z
      .array(z.string().min(16, 'each secret must have at least 16 characters'))
      .max(2, 'must be one secret, or two as old,new'),
  );

const PLAN = /^\s*([\w-]{1,200})=(unlimited|[1-9]\d{0,6}|0)\/([1-9]\d{0,2})\s*$/;

/** `KEY=MINUTES/CONCURRENCY`, comma-separated; the key `none` is for accounts without a subscription. */
export const plans = z.string().transform((text, context): BillingPlan[] => {
  const parsed = text.split(',').map(parsePlan);
  if (parsed.some((plan) => plan === null)) {
    context.addIssue('must be KEY=MINUTES/CONCURRENCY, comma-separated, such as team=600/2,pro=unlimited/8');
  }
  const known = parsed.filter((plan) => plan !== null);
  if (new Set(known.map(({ key }) => key)).size < known.length) context.addIssue('names a plan twice');
  return known;
});

/** What a plan includes. */
export interface BillingPlan {
  /** The lookup key of its price in Stripe. */
  readonly key: string;
  /** Sandbox minutes a calendar month (UTC); null: no limit. */
  readonly minutes: number | null;
  /** Plans of an account that run at the same time. */
  readonly concurrency: number;
}

function parsePlan(text: string): BillingPlan | null {
  const [, key, minutes, concurrency] = PLAN.exec(text) ?? [];
  if (key === undefined) return null;
  return { key, minutes: minutes === 'unlimited' ? null : Number(minutes), concurrency: Number(concurrency) };
}

/** A file, or a flagd server as `flagd://host:port`. */
export const flagProvider = z.string().transform((value, context) => {
  if (!value.includes('://')) return { type: 'file' as const, path: resolve(value) };
  const url = URL.parse(value);
  const plain = url && [url.username, url.password, url.search, url.hash].every((part) => part === '');
  if (plain && url.protocol === 'flagd:' && url.hostname !== '' && ['', '/'].includes(url.pathname)) {
    return { type: 'flagd' as const, address: `${url.hostname}:${url.port || FLAGD_SYNC_PORT}` };
  }
  context.addIssue('must be the path of a file or flagd://host:port');
  return z.NEVER;
});

const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'must be addresses and networks, such as 10.0.0.0/8, comma-separated',
});

export const networkList = z
  .string()
  .transform((value) => value.split(',').map((entry) => entry.trim()))
  .pipe(z.array(network));
