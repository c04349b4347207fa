/** `codexctl tradingview`: what a trader pastes into TradingView, and an alert to try it with. */
import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Command } from 'commander';
import { z } from 'zod';
import { alertKind, strategyName } from '../alerts/alert.ts';
import { createSignature, SIGNATURE_HEADER } from '../alerts/receiving/signature.ts';
import { messageTemplate } from '../alerts/receiving/template.ts';
import { createToken } from '../alerts/receiving/token.ts';
import { parseLocalConfig } from '../config.ts';
import { messageOf, UserError } from '../errors.ts';
import { CONFIG_FILE } from '../repository/config.ts';
import { matching, readText, repositoryArgument } from './arguments.ts';
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
    .argument('<repository>', 'OWNER/REPO', repositoryArgument)
    .argument('<strategy>', 'its name, as in .github/codex.yml', matching(strategyName))
    .action((repository, strategy) => {
      process.stdout.write(`${tokenOf(repository, strategy)}\n`);
    });
  tradingview
    .command('template')
    .description("Prints the message to paste into TradingView's alert editor, with the token in it.")
    .argument('<repository>', 'OWNER/REPO', repositoryArgument)
    .argument('<strategy>', 'its name, as in .github/codex.yml', matching(strategyName))
    .argument(
      '<alert>',
      'what happened, in one word that your rules name, such as position_open',
      matching(alertKind),
    )
    .option('--indicator', "for an indicator's alert: without what TradingView fills in for strategies only")
    .action((repository, strategy, alert, { indicator = false }) => {
      const token = tokenOf(repository, strategy);
      process.stdout.write(`${messageTemplate({ token, kind: alert, indicator })}\n`);
    });
  tradingview
    .command('send')
    .description(
      "Signs a message with the server's secret, {{timenow}} filled in, sends it and prints the answer. 202: it is stored.",
    )
    .argument('<file>', 'the message, JSON or text')
    .option(
      '--url <url>',
      `where to (default: ${PATH} of the Codex on this machine, by its PORT)`,
      matching(z.url({ protocol: /^https?$/, error: 'is not an http or https URL' })),
    )
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
  return createToken(signingKey(), { repository, strategy });
}

/** Throws `UserError` where it was not answered 202. */
async function send(file: string, url: string): Promise<void> {
  const now = new Date();
  const message = readText(file).replaceAll('{{timenow}}', now.toISOString());
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

function localUrl(): string {
  return `http://127.0.0.1:${parseLocalConfig(process.env).http.port}${PATH}`;
}

/** The newest secret: what is made now must outlive the rotation. */
function signingKey(): KeyObject {
  const secret = parseLocalConfig(process.env).tradingview.secrets.at(-1);
  if (secret) return createSecretKey(secret.reveal(), 'utf8');
  throw new UserError(
    'TradingView is off.',
    "Set CODEX_GATEWAY_TRADINGVIEW_WEBHOOK_SECRET to the server's; see docs/tradingview.md.",
  );
}
