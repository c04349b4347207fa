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
