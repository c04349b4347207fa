/**
 * The demo: a GitHub on this machine, Codex as its App, and a pull request whose bug is found and mended, and which
 * then lands; with `--billing`, one that lands once its owner has paid; with `--tradingview`, one that waits while a
 * position is open. A sequence of scenes, each of which checks what it tells; the first that goes otherwise ends the
 * demo with 1.
 */
import { constants } from 'node:os';
import { inspect, parseArgs } from 'node:util';
import { messageOf } from '../src/errors.ts';
import type { LocalRepository } from '../test/support/local-github/repository.ts';
import type { ServedStripe } from '../test/support/local-stripe/start.ts';
import { Mismatch } from './demo/expectation.ts';
import { askToMerge } from './demo/scenes/ask-to-merge.ts';
import { openBug, planBug, planFix } from './demo/scenes/bug.ts';
import { createRepository } from './demo/scenes/create-repository.ts';
import { drawdown } from './demo/scenes/drawdown.ts';
import { goesFlat } from './demo/scenes/goes-flat.ts';
import { land, showConversation } from './demo/scenes/land.ts';
import { landAnother } from './demo/scenes/land-another.ts';
import { openApproved } from './demo/scenes/open-approved.ts';
import { openStrategyChange } from './demo/scenes/open-strategy-change.ts';
import { paidMerge } from './demo/scenes/paid-merge.ts';
import { positionOpens } from './demo/scenes/position-opens.ts';
import { explainRefusal, refusedMerge } from './demo/scenes/refused-merge.ts';
import { serve } from './demo/scenes/serve.ts';
import { pay, tellCodex } from './demo/scenes/subscribe.ts';
import { openStage, type Stage } from './demo/stage.ts';
import { aborted } from './demo/start-codex.ts';
import { openStripe } from './demo/stripe.ts';
import { Terminal } from './demo/terminal.ts';
import { TRADINGVIEW_ENVIRONMENT } from './demo/tradingview.ts';

const options = readOptions();
const terminal = new Terminal(process.stdout);
const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => interrupted.abort(128 + constants.signals[name]));
}

process.exit(await demo(interrupted.signal));

/** Ends the process where they are no options of the demo's. */
function readOptions() {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({ options: { serve: flag, billing: flag, tradingview: flag } }).values;
  } catch (error) {
    process.stderr.write(
      `${messageOf(error)}\nUsage: npm run demo -- [--billing | --tradingview] [--serve]\n`,
    );
    return process.exit(2);
  }
}

/** The exit code: 0 if all went as told, 1 if not, 128 + its number after a signal. */
async function demo(signal: AbortSignal): Promise<number> {
  await using closing = new AsyncDisposableStack();
  const lastLines: string[] = [];
  try {
    const selling = options.billing ? await openStripe(terminal, closing) : null;
    const more = { ...selling?.environment, ...(options.tradingview ? TRADINGVIEW_ENVIRONMENT : {}) };
    const stage = await openStage({ terminal, signal, closing, lastLines, more });
    const played = playChosen(stage, selling?.served ?? null);
    const repository = await Promise.race([played, stage.codex.ended, aborted(signal)]);
    terminal.done(`All went as told, in ${process.uptime().toFixed(1)} s.`);
    if (options.serve) await Promise.race([serve(stage, repository), stage.codex.ended]);
    return 0;
  } catch (error) {
    if (signal.aborted) return stopped(signal);
    const broken = !(error instanceof Mismatch);
    terminal.failed(broken ? `The demo broke: ${inspect(error)}` : error.message);
    for (const line of lastLines) terminal.detail(line);
    return 1;
  }
}

function playChosen(stage: Stage, served: ServedStripe | null): Promise<LocalRepository> {
  if (served) return playBilling(stage, served);
  return options.tradingview ? playTradingView(stage) : play(stage);
}

async function play(stage: Stage): Promise<LocalRepository> {
  const repository = await createRepository(stage);
  const bug = await openBug(stage, repository);
  await planBug(stage, bug);
  const mended = await planFix(stage, bug);
  const comment = await askToMerge(stage, mended, [/\*\*reviewer\*\*: 1 approval of 1 is missing/]);
  await landAnother(stage, mended);
  await land(stage, mended, comment);
  await showConversation(stage, mended);
  return repository;
}

async function playBilling(stage: Stage, served: ServedStripe): Promise<LocalRepository> {
  const repository = await createRepository(stage);
  const pull = await openApproved(stage, repository);
  const link = await refusedMerge(stage, pull);
  await explainRefusal(stage, pull);
  await tellCodex(stage, served, await pay(stage, served, link));
  await paidMerge(stage, pull);
  return repository;
}

async function playTradingView(stage: Stage): Promise<LocalRepository> {
  const repository = await createRepository(stage);
  const pull = await openStrategyChange(stage, repository);
  await positionOpens(stage, pull);
  const comment = await askToMerge(stage, pull, [
    /`crossover` sent `position_open` at/,
    /It ends at .* UTC;/,
  ]);
  await goesFlat(stage, pull, comment);
  await drawdown(stage, pull);
  return repository;
}

function stopped(signal: AbortSignal): number {
  terminal.line('Stopping Codex, its containers and the local GitHub …');
  return Number(signal.reason);
}
