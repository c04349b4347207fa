/** The commit that a pull request becomes: title, text and trailers. All but the trailers' keys is strangers' text. */
import type { Pull } from '../../github/pull.ts';
import type { PullCommit } from '../../github/pull-commits.ts';
import { beginning } from '../../markdown/text.ts';
import type { RepositoryConfig } from '../../repository/config.ts';
import { cleanLine, cleanText, withoutDividers } from './clean.ts';
import { withoutNoise } from './noise.ts';
import { coAuthors, splitTrailers, type Trailer, withoutOwnTrailers } from './trailers.ts';

/** Characters (UTF-16, as GitHub counts) of a title. */
const LONGEST_TITLE = 256;
/** Bytes of what stands between title and trailers. */
const LONGEST_TEXT = 60_000;

export interface SquashInput {
  readonly pull: Pick<Pull, 'number' | 'title' | 'body' | 'author'>;
  /** Oldest first. */
  readonly commits: readonly Pick<PullCommit, 'message' | 'authors'>[];
  readonly config: Pick<RepositoryConfig['merge'], 'title' | 'body'>;
  readonly intentId: string;
  readonly planId: string;
  /** Of the head branch's name; null: it has none. */
  readonly ticket: string | null;
  /** The ticket's address. */
  readonly ticketLink: string | null;
}

export interface SquashText {
  /** One line of at most 256 characters. */
  readonly title: string;
  /** What follows it; ends with one paragraph of trailers, the last of them `Codex-Merge: <intent>`. */
  readonly message: string;
}

export function squashText(input: SquashInput): SquashText {
  const { text, trailers } = splitTrailers(bodyOf(input));
  const all = [...trailers, ...ownTrailers(input)];
  const block = all.map(({ key, value }) => `${key}: ${value}`).join('\n');
  return { title: titleOf(input), message: text === '' ? block : `${withoutDividers(text)}\n\n${block}` };
}

/** The template with the title cut so that the whole fits: what stands around it, the number, is kept. */
function titleOf({ pull, ticket, config }: SquashInput): string {
  const filled = (title: string) => {
    const values: Readonly<Record<string, string>> = {
      title,
      number: String(pull.number),
      ticket: ticket ?? '',
    };
    return cleanLine(
      config.title.replace(/\{(title|number|ticket)\}/g, (_, name: string) => values[name] ?? ''),
    );
  };
  const title = cleanLine(pull.title);
  const whole = filled(title);
  if (whole.length <= LONGEST_TITLE) return whole;
  const places = config.title.split('{title}').length - 1;
  const room = places === 0 ? 0 : Math.floor((LONGEST_TITLE - filled('').length) / places) - 2;
  return cutAt(filled(`${cutAt(title, Math.max(0, room))}…`), LONGEST_TITLE);
}

/** At most `length` UTF-16 units, no pair of them torn. */
function cutAt(text: string, length: number): string {
  return text
    .slice(0, length)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd();
}

function bodyOf({ pull, commits, config }: SquashInput): string {
  if (config.body === 'none') return '';
  const body =
    config.body === 'commits' ? commits.map(itemOf).join('\n\n') : withoutNoise(cleanText(pull.body));
  return beginning(withoutOwnTrailers(body), LONGEST_TEXT).trim();
}

/** As GitHub lists the commits of a squash. */
function itemOf({ message }: Pick<PullCommit, 'message'>): string {
  const [subject = '', ...rest] = withoutOwnTrailers(cleanText(message)).split('\n');
  return `* ${subject}\n${rest.join('\n')}`.trim();
}

function ownTrailers({ pull, commits, intentId, planId, ticket, ticketLink }: SquashInput): Trailer[] {
  const authors = commits.flatMap((commit) => commit.authors);
  return [
    ...coAuthors(authors, pull.author),
    ...(ticket === null
      ? []
      : [{ key: 'Ticket', value: ticketLink === null ? ticket : `${ticket} ${ticketLink}` }]),
    { key: 'Codex-Plan', value: planId },
    { key: 'Codex-Merge', value: intentId },
  ];
}
