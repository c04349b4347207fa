/**
 * TradingView cannot sign, so its alerts carry a token: the repository and the strategy it is for, and a code
 * that only the webhook secret makes. Nothing about it is stored; who has it may send this strategy's alerts and
 * nothing else. What is signed begins with words that no signed request begins with: `signature.ts`.
 */
import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { repositoryName, strategyName } from '../alert.ts';

/** What a token is for, and an alert about. */
export interface Subject {
  /** `owner/name`. */
  readonly repository: string;
  readonly strategy: string;
}

const TOKEN = /^tv1\.([A-Za-z0-9_-]{1,200})\.([A-Za-z0-9_-]{1,140})\.[A-Za-z0-9_-]{43}$/;

/** The token of a strategy; the same for the same secret. */
export function createToken(key: KeyObject, { repository, strategy }: Subject): string {
  const code = createHmac('sha256', key).update(`codex tradingview v1\n${repository}\n${strategy}`);
  const [first, second] = [repository, strategy].map((name) => Buffer.from(name).toString('base64url'));
  return `tv1.${first}.${second}.${code.digest('base64url')}`;
}

/** What a token is for; null where no key made it. */
export function readToken(keys: readonly KeyObject[], token: string): Subject | null {
  const [, first, second] = TOKEN.exec(token) ?? [];
  const repository = repositoryName.safeParse(decode(first)).data;
  const strategy = strategyName.safeParse(decode(second)).data;
  if (repository === undefined || strategy === undefined) return null;
  const subject = { repository, strategy };
  const matches = keys.map((key) => isEqual(token, createToken(key, subject)));
  return matches.includes(true) ? subject : null;
}

function decode(part = ''): string {
  return Buffer.from(part, 'base64url').toString();
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
