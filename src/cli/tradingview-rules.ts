/** `codexctl tradingview rules`: which rules an alert would match, without sending it. */
import { type Alert, alert } from '../alerts/alert.ts';
import { type Match, matchRules } from '../alerts/match.ts';
import { readContent } from '../alerts/receiving/content.ts';
import { readMessage } from '../alerts/receiving/message.ts';
import { UserError } from '../errors.ts';
import { describeMistake, parseRepositoryConfig } from '../repository/config.ts';
import { readText } from './arguments.ts';
import { printLines } from './output.ts';

interface Options {
  /** The file with the message. */
  readonly dryRun: string;
  /** The file with the rules. */
  readonly config: string;
  /** In place of what the message says, where that has only a token. */
  readonly strategy?: string;
}

/** Prints what each rule comes to. Throws `UserError` where a file cannot be read or the message is none. */
export function explainRules({ dryRun, config, strategy }: Options, now: number): void {
  const { config: parsed, mistakes } = parseRepositoryConfig(readText(config), {});
  const given = alertOf(readText(dryRun), strategy, now);
  const lines = [
    ...mistakes.map((mistake) => describeMistake(mistake).replaceAll('`', '')),
    ...matchRules(parsed.alerts, given).map(lineOf),
    ...(parsed.alerts.length === 0 ? [`${config} has no rules about alerts.`] : []),
  ];
  printLines(lines);
}

function lineOf({ rule, matched, whyNot }: Match): string {
  const name = rule.name === undefined ? '' : ` (${rule.name})`;
  const actions = rule.then.flatMap((step) => Object.keys(step)).join(', ');
  return `Rule ${rule.number}${name}: ${matched ? `matches: ${actions}` : `does not match: ${whyNot.join('; ')}`}`;
}

/** The message as the server would read it, whoever sends it, with `{{timenow}}` filled in. */
function alertOf(text: string, named: string | undefined, now: number): Alert {
  const body = text.replaceAll('{{timenow}}', new Date(now).toISOString());
  const type = body.trimStart().startsWith('{') ? 'application/json' : 'text/plain';
  const message = readMessage(type, Buffer.from(body));
  if ('mistake' in message) throw new UserError(message.mistake, NEXT);
  const content = readContent(message.value, { kind: null, signed: true, now });
  if ('mistake' in content) throw new UserError(content.mistake, NEXT);
  const parsed = alert.safeParse({
    ...content.value,
    ...{ id: '0'.repeat(32), receivedAt: now, sourceAddress: null, clientCertificate: false },
    ...{ proof: 'signature', repository: 'dry/run' },
    strategy: named ?? message.value.get('strategy'),
  });
  if (parsed.success) return parsed.data;
  throw new UserError('The message does not name its strategy.', 'Name it with --strategy.');
}

const NEXT = '`codexctl tradingview template` prints a message to begin with.';
