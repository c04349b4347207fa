/**
 * What is written about alerts on GitHub. Pure. Names of repositories, strategies and kinds are words of few letters;
 * everything else of an alert is a stranger's text, and stands as code, which neither links nor notifies.
 */
import type { PhrasingContent, RootContent } from 'mdast';
import type { ListedPull } from '../github/pull-list.ts';
import { block, code, heading, type Line, list, markdown, paragraph, text } from '../markdown/document.ts';
import { shortened } from '../markdown/text.ts';
import { moment } from '../merge/words.ts';
import type { ActionContext, AlertedRepository } from './actions/definition.ts';
import type { Alert } from './alert.ts';
import { causeOf } from './audit.ts';
import type { Collapsed } from './receive.ts';

/** What is told of an alert. */
export interface Told extends Pick<ActionContext, 'alert' | 'collapsed' | 'rule' | 'paths'> {
  readonly repository: Pick<AlertedRepository, 'url'>;
}

/** Merges that changed the strategy's files, the last first; of `proven` commits Codex has verified what landed. */
export interface Merges {
  readonly pulls: readonly ListedPull[];
  readonly proven: ReadonlySet<string>;
}

/** What the one issue, or comment, is about: a strategy and a kind of alert. */
export type About = Pick<Alert, 'strategy' | 'alert'>;

const COMMIT = /^[0-9a-f]{7,64}$/i;
const MOST_ENTRIES = 50;
const LONGEST_TITLE = 120;

/** The hidden text by which the one issue or comment of a strategy and a kind of alert is found. */
export function markerOf(what: 'issue' | 'comment', { strategy, alert }: About): string {
  return `<!-- codex:alert:${what} ${strategy}/${alert} -->`;
}

export function issueTitle({ strategy, alert }: About): string {
  return `${strategy}: ${alert}`;
}

/** `about`: of the kind under which the issue is kept, the alert's own or another. */
export function issueBody(told: Told, merges: Merges, about: About): string {
  return written(markerOf('issue', about), [
    ...alertParts(told),
    ...deployed(told),
    ...mergeParts(told, merges),
    origin(told),
  ]);
}

/** The last words of an issue that an alert closes. */
export function recoveryBody(told: Told, marker: string): string {
  return written(marker, [paragraph(text('✅ Recovered.')), ...alertParts(told), origin(told)]);
}

/** What is told on a pull request that was merged. */
export function commentBody(told: Told, marker: string): string {
  const changed = paragraph(text('This pull request changed files of that strategy and was merged lately.'));
  return written(marker, [...alertParts(told), changed, ...deployed(told), origin(told)]);
}

/** A text that is found by its marker. */
export function written(marker: string, nodes: readonly RootContent[]): string {
  return `${marker}\n${markdown(nodes)}\n`;
}

function alertParts({ alert, collapsed }: Told): RootContent[] {
  const { firedAt } = causeOf(alert);
  const said = paragraph(
    ...[text('🔔 The strategy '), code(alert.strategy), text(' sent '), code(alert.alert)],
    text(` at ${moment(firedAt)}.`),
  );
  const message = alert.message === null ? [] : [block(alert.message)];
  const storm = collapsed === null ? [] : [paragraph(text(stormInWords(collapsed)))];
  return [said, ...storm, ...entries(alert), ...message];
}

/** That an alert stands for others, as one sentence. */
export function stormInWords({ count, firstAt, lastAt }: Collapsed): string {
  const more = count.toLocaleString('en-US');
  const between = `between ${moment(firstAt)} and ${moment(lastAt)}`;
  return `It stands for ${more} more of the strategy's that came ${between}: a storm, told once.`;
}

function entries(alert: Alert): RootContent[] {
  const { symbol, exchange, interval, values, fields } = alert;
  const known = Object.entries({ symbol, exchange, interval, order: alert.orderId });
  const all = [...known, ...Object.entries({ ...fields, ...values })].flatMap(([name, value]) =>
    value === null ? [] : [[code(name), text(': '), code(String(value))]],
  );
  return all.length === 0 ? [] : [list(all.slice(0, MOST_ENTRIES))];
}

/** The commit that runs, as the alert says. */
function deployed({ alert, repository }: Told): RootContent[] {
  const sha = Object.hasOwn(alert.fields, 'commit') ? alert.fields.commit : undefined;
  if (sha === undefined || !COMMIT.test(sha)) return [];
  return [
    paragraph(
      text('Deployed, as the alert says: '),
      link(sha.slice(0, 12), `${repository.url}/commit/${sha}`),
    ),
  ];
}

function mergeParts({ paths }: Told, { pulls, proven }: Merges): RootContent[] {
  const title = heading(text('Recent merges that changed the strategy'));
  if (paths.length === 0) {
    return [
      title,
      paragraph(text('Its files are not known: '), code('strategies'), text(' does not name them.')),
    ];
  }
  if (pulls.length === 0) return [title, paragraph(text('None.'))];
  return [title, list(pulls.map((pull) => mergeLine(pull, proven)))];
}

function mergeLine(
  { number, title, htmlUrl, mergeCommitSha, mergedAt }: ListedPull,
  proven: ReadonlySet<string>,
): Line {
  const commit = mergeCommitSha === null ? [] : [text(' as '), code(mergeCommitSha.slice(0, 12))];
  const at = mergedAt === null ? '' : ` at ${moment(Date.parse(mergedAt))}`;
  const by = proven.has(mergeCommitSha ?? '') ? ', by Codex: what landed is what was tested' : '';
  return [
    ...[link(`#${number}`, htmlUrl), text(' '), code(shortened(title, LONGEST_TITLE))],
    ...[...commit, text(`${at}${by}`)],
  ];
}

function origin({ alert, rule }: Told): RootContent {
  const name = rule.name === undefined ? [] : [text(' ('), code(rule.name), text(')')];
  return paragraph(
    ...[text(`Rule ${rule.number}`), ...name, text(' of '), code('.github/codex.yml'), text('; alert ')],
    ...[code(alert.id), text(alert.proof === 'signature' ? ', signed.' : ', by its token.')],
  );
}

function link(label: string, url: string): PhrasingContent {
  return { type: 'link', url, children: [code(label)] };
}
