/** Alerts as TradingView sends them to a whole Codex, and what is seen of them on GitHub. */
import { createSecretKey } from 'node:crypto';
import { createToken } from '../../src/alerts/receiving/token.ts';
import { startWorld, type World } from '../support/codex.ts';
import { MergeRepository } from './merge-world.ts';

const KEY = createSecretKey('the-secret-of-these-alerts', 'utf8');

const RULES = `
strategies:
  mean: {paths: [strategies/mean/]}
alerts:
  - name: frozen while open
    when: {strategy: mean, alert: position_open}
    then:
      - freeze: {hours: 4}
  - when: {alert: flat}
    then:
      - unfreeze:
      - issue: {about: drawdown, close: true}
  - when: {alert: drawdown, values: {drawdown: ">= 10"}}
    then:
      - issue: {labels: [strategy]}
`;

/** With it, Codex takes what `send` sends. */
export const ENVIRONMENT = { CODEX_GATEWAY_TRADINGVIEW_WEBHOOK_SECRET: KEY.export().toString() };

export function startAlertWorld(): Promise<World> {
  return startWorld(ENVIRONMENT);
}

/** A repository of acme with these rules on its default branch. */
export function createWithRules(
  world: Pick<World, 'github' | 'dataDir'>,
  name: string,
  rules = RULES,
): Promise<MergeRepository> {
  return MergeRepository.create(world, name, { '.github/codex.yml': rules });
}

interface Sent {
  readonly strategy?: string;
  /** ISO 8601; now if absent. */
  readonly timenow?: string;
  readonly [name: string]: unknown;
}

/** Sends an alert with the token of its strategy, as TradingView does; throws where it is not answered 202. */
export async function send(
  { url }: Pick<World, 'url'>,
  repository: string,
  alert: string,
  sent: Sent = {},
): Promise<void> {
  const { strategy = 'mean', ...more } = sent;
  const token = createToken(KEY, { repository, strategy });
  const response = await fetch(`${url}/webhooks/tradingview`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, alert, timenow: new Date().toISOString(), ...more }),
  });
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
}

/** What an action of an alert came to, once it did. `fields`: of the entry in the audit trail. */
export async function outcomeOf(
  world: World,
  fields: { repository: string; kind: string; action: string | null; outcome: string },
): Promise<string> {
  const { detail } = await world.log.find('an alert had its turn', fields);
  return String(detail);
}

interface LocalIssue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: string;
}

/** Those of a repository of acme, oldest first, pull requests left out. */
export async function issuesOf({ github }: Pick<World, 'github'>, repository: string): Promise<LocalIssue[]> {
  const all = await github.as('acme', 'GET', `/repos/${repository}/issues?state=all&per_page=100`);
  const found: LocalIssue[] = Object.values(Object(all));
  return found.filter((issue) => !('pull_request' in issue)).sort((a, b) => a.number - b.number);
}
