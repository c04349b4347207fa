/** What an action is: one file in this folder and one line in the registry. */
import type { Octokit, RepositoryName } from '../../github/client.ts';
import type { FreezeStore } from '../../merge/freezes.ts';
import type { Receipt } from '../../merge/receipt.ts';
import type { PlanRequest } from '../../plan/request-schema.ts';
import { ACTION_SCHEMAS, type ActionArguments, type ActionName } from '../../repository/alert-actions.ts';
import type { AlertRule } from '../../repository/alerts-schema.ts';
import type { Alert } from '../alert.ts';
import type { AlertIssues } from '../issues.ts';
import type { AlertPayload } from '../receive.ts';

/** Who asks for what alerts cause, where a person's login would stand: nobody's has brackets. */
export const ASKER = 'tradingview[alert]';

/** The repository of an alert, as it is on GitHub now. */
export interface AlertedRepository {
  readonly octokit: Octokit;
  readonly name: RepositoryName;
  /** GitHub's installation id; 0 where Codex has a token in place of an App. */
  readonly installation: number;
  /** GitHub's numeric id. */
  readonly id: number;
  /** `owner/name` now, whatever the alert calls it. */
  readonly fullName: string;
  /** Its page on GitHub. */
  readonly url: string;
}

/** What the entitlements say, and why, as one sentence. */
export interface Allowed {
  readonly allowed: boolean;
  readonly reason: string;
}

/** What actions may do beside calling GitHub. */
export interface ActionEffects {
  readonly freezes: Pick<FreezeStore, 'freeze' | 'unfreezeStrategy'>;
  readonly issues: AlertIssues;
  /** Has merges that wait in a repository looked at. */
  readonly wakeMerges: (repositoryId: number) => void;
  /** Whether the account that owns a repository may have plans, and why not, in words. */
  readonly mayPlan: (repository: Pick<AlertedRepository, 'installation' | 'fullName'>) => Promise<Allowed>;
  /** Stores the plan and its job, once per `dedupe`. */
  readonly requestPlan: (request: PlanRequest, dedupe: string, delivery: string) => void;
  /** Merges by Codex, the last first; `repository` is `owner/name`. */
  readonly receipts: (repository: string) => readonly Receipt[];
}

export interface ActionContext {
  readonly alert: Alert;
  readonly collapsed: AlertPayload['collapsed'];
  readonly rule: Pick<AlertRule, 'number' | 'name'>;
  readonly repository: AlertedRepository;
  /** The patterns of the files of the alert's strategy; empty where the configuration names none. */
  readonly paths: readonly string[];
  readonly effects: ActionEffects;
  /** Milliseconds since the epoch, as all times here. */
  readonly now: number;
}

interface Definition<Name extends ActionName> {
  readonly name: Name;
  /** One sentence of docs/tradingview.md. */
  readonly summary: string;
  /** How often it is done in one repository within an hour. */
  readonly hourly: number;
  /** What of the strategy it changes: an alert must not change back what a newer one did. Null: nothing like that. */
  topic(args: ActionArguments<Name>, alert: Alert): string | null;
  /**
   * Does it, and says in one sentence what was done. It may run again after a crash at any point, and then does nothing
   * twice. Throws a `UserError` where it cannot be done, and what calls to GitHub throw.
   */
  run(args: ActionArguments<Name>, context: ActionContext): Promise<string>;
}

/** A definition that takes what a rule says, whatever its arguments are. */
export interface Action extends Pick<Definition<ActionName>, 'summary' | 'hourly'> {
  readonly name: ActionName;
  topic(given: unknown, alert: Alert): string | null;
  run(given: unknown, context: ActionContext): Promise<string>;
}

export function defineAction<Name extends ActionName>(definition: Definition<Name>): Action {
  const { name, summary, hourly } = definition;
  // TypeScript does not follow that the schema of a name gives the arguments of the same name.
  const read = (given: unknown) => ACTION_SCHEMAS[name].parse(given ?? {}) as ActionArguments<Name>;
  return {
    ...{ name, summary, hourly },
    topic: (given, alert) => definition.topic(read(given), alert),
    run: (given, context) => definition.run(read(given), context),
  };
}
