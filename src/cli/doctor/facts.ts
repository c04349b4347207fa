/** What a diagnosis looks at, and what it finds. Plain data. */
import type { App, Installation, WebhookConfig } from '../../github/app.ts';
import type { Comparison } from '../rulesets.ts';

/** What was read, or why it could not be, in words. */
export type Reading<Value> = { readonly value: Value } | { readonly error: string };

export interface Permissions {
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
}

export interface Facts {
  /** Every mistake of the environment, as the server would tell it. */
  readonly environment: readonly string[];
  /** What app.yml asks for. */
  readonly manifest: Permissions;
  /** Null: there is no App, by the environment. */
  readonly app: Reading<{ readonly app: App; readonly webhook: WebhookConfig }> | null;
  /** Null: no repository was named. */
  readonly repository: {
    readonly name: string;
    /** Its value null: the App is not installed there. Null: there is no App. */
    readonly installation: Reading<Installation | null> | null;
    /** Null: it is not installed. */
    readonly rulesets: Reading<Comparison> | null;
  } | null;
  /** Of the server. */
  readonly docker: Reading<{ readonly version: string }>;
  /** Null: Docker does not answer. `derived`: made from the sandbox image. */
  readonly image: { readonly name: string; readonly found: Reading<{ readonly derived: boolean }> } | null;
}

export interface Problem {
  /** What it is about: `permission workflows`. */
  readonly about: string;
  /** Sentences. */
  readonly what: string;
  readonly fix: string;
  /** Codex works without it, with less. */
  readonly optional: boolean;
}

export function problem(about: string, what: string, fix: string, optional = false): Problem {
  return { about, what, fix, optional };
}
