import type { Freeze } from '../snapshot.ts';
import { enumerated, moment, quoted } from '../words.ts';
import type { Finding, Rule } from './rule.ts';

export const frozen: Rule = {
  code: 'frozen',
  effect: 'wait',
  owner: 'operator',
  when: 'Merges into the base, the repository or these files are frozen.',
  evaluate: ({ freezes }) => freezes.map(findingOf),
};

function findingOf(freeze: Freeze): Finding {
  return { what: frozenInWords(freeze), next: endOf(freeze) };
}

/** A sentence: what is frozen, by whom and why; not until when. */
export function frozenInWords(freeze: Freeze): string {
  const why = freeze.reason.trim().replace(/[.\s]+$/, '');
  const by = freeze.source === 'command' ? ` by ${quoted(freeze.by)}` : ' by Codex';
  return `Merges into ${placeOf(freeze)} are frozen${by}${why === '' ? '' : `: ${why}`}.`;
}

function placeOf({ baseRef, paths }: Freeze): string {
  const base = baseRef === null ? 'this repository' : quoted(baseRef);
  return paths === null ? base : `${base} that change ${enumerated(paths.map(quoted))}`;
}

function endOf({ expiresAt, source, baseRef }: Freeze): string {
  const command = baseRef === null ? '`/codex unfreeze --repository`' : '`/codex unfreeze`';
  const until = expiresAt === null ? '' : `It ends at ${moment(expiresAt)}; `;
  const who = `${until === '' ? 'An' : 'an'} administrator or maintainer lifts it with ${command}`;
  return `${until}${who}${source === 'mismatch' ? ', once what landed has been looked at' : ''}.`;
}
