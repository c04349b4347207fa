/** What a check run shows, and the limits GitHub sets to it. */

export interface Output {
  /** Plain text, one line. */
  readonly title: string;
  /** Markdown, at most 65,535 characters; `text` likewise. */
  readonly summary: string;
  readonly text?: string;
}

export interface Annotation {
  /** Relative to the repository. */
  readonly path: string;
  /** 1-based. */
  readonly startLine: number;
  readonly endLine: number;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly title: string;
  /** Plain text, as is `rawDetails`; at most 64 KiB each. */
  readonly message: string;
  readonly rawDetails?: string;
}

/** A button on the check run; GitHub takes three. Its identifier comes back in `check_run.requested_action`. */
export interface Action {
  readonly label: string;
  readonly description: string;
  readonly identifier: string;
}

const LONGEST_TEXT = 65_535;

/** The annotation as the API names its parts. */
export function toGitHub(annotation: Annotation) {
  return {
    path: annotation.path,
    start_line: annotation.startLine,
    end_line: annotation.endLine,
    annotation_level: annotation.level,
    title: annotation.title,
    message: annotation.message,
    ...(annotation.rawDetails === undefined ? {} : { raw_details: annotation.rawDetails }),
  };
}

/** The report keeps to GitHub's limits; where it does not, GitHub would refuse and the verdict be lost. */
export function checkedOutput({ title, summary, text }: Output) {
  for (const part of [summary, text ?? '']) {
    if (part.length > LONGEST_TEXT)
      throw new Error(`A check run's text has more than ${LONGEST_TEXT} characters.`);
  }
  return text === undefined ? { title, summary } : { title, summary, text };
}

export function checkedActions(actions: readonly Action[]): Action[] {
  if (actions.length > 3) throw new Error('A check run takes three actions.');
  for (const { label, description, identifier } of actions) {
    if (label.length > 20 || identifier.length > 20 || description.length > 40) {
      throw new Error(`The action ${identifier} is longer than GitHub takes.`);
    }
  }
  return [...actions];
}
