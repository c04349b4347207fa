/** `codexctl tradingview`: what a trader pastes into TradingView, and an alert to try it with. */
import { createSecretKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { alertKind, repositoryName, strategyName } from '../alerts/alert.ts';
import { createSignature, SIGNATURE_HEADER } from '../alerts/receiving/signature.ts';
import { messageTemplate } from '../alerts/receiving/template.ts';
import { createToken } from '../alerts/receiving/token.ts';
import { parseTradingViewConfig } from '../config.ts';
import { environment } from '../environment.ts';
import { messageOf, UserError } from '../errors.ts';
import { CONFIG_FILE } from '../repository/config.ts';
import { explainRules } from './tradingview-rules.ts';

const PATH = '/webhooks/tradingview';
/** TradingView drops a request after 3 seconds. */
const TIMEOUT_MS = 3_000;

export function addTradingView(codexctl: Command): void {
  const tradingview = codexctl
    .command('tradingview')
    .description(
      "TradingView's alerts: messages for its alert editor, alerts to try, and what rules make of them.",
    );
  tradingview
    .command('token')
    .description('Prints the token of a strategy. Whoever has it may send alerts of this strategy.')
    .argument('<repository>', 'OWNER/REPO')
    .argument('<strategy>', 'its name, as in .github/codex.yml')
    .action((repository, strategy) => {
      process.stdout.write(`${tokenOf(repository, strategy)}\n`);
    });
  tradingview
    .command('template')
    .description("Prints the message to paste into TradingView's alert editor, with the token in it.")
    .argument('<repository>', 'OWNER/REPO')
    .argument('<strategy>', 'its name, as in .github/codex.yml')
    .argument('<alert>', 'what happened, in one word that your rules name, such as position_open')
    .option('--indicator', "for an indicator's alert: without what TradingView fills in for strategies only")
    .action((repository, strategy, alert, { indicator = false }) => {
      const token = tokenOf(repository, strategy);
      process.stdout.write(`${messageTemplate({ token, kind: checked(alertKind, alert), indicator })}\n`);
    });
  tradingview
    .command('send')
    .description(
      "Signs a message with the server's secret, {{timenow}} filled in, sends it and prints the answer. 202: it is stored.",
    )
    .argument('<file>', 'the message, JSON or text')
    .option('--url <url>', `where to (default: ${PATH} of the Codex on this machine, by its PORT)`)
    .action((file, { url }) => send(file, url ?? localUrl()));
  tradingview
    .command('rules')
    .description('Explains which rules an alert matches, and why the others do not. Nothing is sent.')
    .requiredOption('--dry-run <file>', 'the message, JSON or text')
    .option('--config <file>', 'the file with the rules', CONFIG_FILE)
    .option('--strategy <name>', 'the strategy, where only the token of the message names it')
    .action((options) => explainRules(options, Date.now()));
}

function tokenOf(repository: string, strategy: string): string {
  const subject = {
    repository: checked(repositoryName, repository),
    strategy: checked(strategyName, strategy),
  };
  return createToken(signingKey(), subject);
}

/** Throws `UserError` where it was not answered 202. */
async function send(file: string, url: string): Promise<void> {
  const now = new Date();
  const message = read(file).replaceAll('{{timenow}}', now.toISOString());
  const signature = createSignature(signingKey(), Buffer.from(message), Math.floor(now.getTime() / 1000));
  const { status, answer } = await post(url, message, signature);
  if (status !== 202) {
    throw new UserError(
      `Codex answered ${status}: ${answer}`,
      'docs/tradingview.md has what a message needs.',
    );
  }
  process.stdout.write(`Codex answered ${status}: ${answer}\n`);
}

async function post(
  url: string,
  body: string,
  signature: string,
): Promise<{ status: number; answer: string }> {
  const type = body.trimStart().startsWith('{') ? 'application/json' : 'text/plain';
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': type, [SIGNATURE_HEADER]: signature },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: response.status, answer: await response.text() };
  } catch (error) {
    // Of what went wrong, fetch itself says only that it did.
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    throw new UserError(
      `Nothing was answered: ${messageOf(cause)}.`,
      'Is Codex running there? TradingView waits three seconds, and so does this.',
      { cause: error },
    );
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(`${file} cannot be read.`, messageOf(error), { cause: error });
  }
}

function localUrl(): string {
  return `http://127.0.0.1:${environment.shape.PORT.parse(process.env.PORT || undefined)}${PATH}`;
}

/** The newest secret: what is made now must outlive the rotation. */
function signingKey(): KeyObject {
  const secret = parseTradingViewConfig(process.env).secrets.at(-1);
  if (secret) return createSecretKey(secret.reveal(), 'utf8');
  throw new UserError(
    'TradingView is off.',
    "Set CODEX_GATEWAY_TRADINGVIEW_WEBHOOK_SECRET to the server's; see docs/tradingview.md.",
  );
}

function checked(schema: typeof alertKind, value: string): string {
  const { data, error } = schema.safeParse(value);
  if (data !== undefined) return data;
  throw new UserError(
    `"${value}" ${error?.issues[0]?.message}.`,
    '`codexctl tradingview --help` has the form.',
  );
}
