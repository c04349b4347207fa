#!/usr/bin/env node
/** codexctl: plans on this machine without GitHub, a look at what Codex did, and what it takes to set it up. */
import { inspect } from 'node:util';
import { Command } from 'commander';
import { printAlerts } from './cli/alerts.ts';
import { repositoryArgument, wholeNumber } from './cli/arguments.ts';
import { printLinks } from './cli/billing.ts';
import { printDead, retryDead } from './cli/dead.ts';
import { examine } from './cli/doctor.ts';
import { addGovernance } from './cli/governance.ts';
import { printLog } from './cli/logs.ts';
import { planLocally } from './cli/plan.ts';
import { printReceipts } from './cli/receipts.ts';
import { printRuns } from './cli/runs.ts';
import { addTradingView } from './cli/tradingview.ts';
import { printUsage } from './cli/usage.ts';
import { explain } from './cli/why.ts';
import { messageOf, UserError } from './errors.ts';
import { classifyFailure } from './github/failure.ts';
import { DockerError } from './plan/sandbox/docker.ts';
import { redact } from './redact.ts';

/** The exit code of everything that could not be done, as against tests that failed (1). */
const COULD_NOT_RUN = 2;
const MOST_FAILURES = 10_000;
/** Of rows in a list. */
const limit = wholeNumber(1, 100_000);

function program(): Command {
  const codexctl = new Command('codexctl')
    .description(
      'Runs plans on this machine, shows what Codex did, and helps to set it up. Reads the environment that Codex reads.',
    )
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'codexctl: ')) })
    .showHelpAfterError('Add --help to see what it takes.')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : COULD_NOT_RUN));
  codexctl
    .command('plan')
    .description(
      'Runs the tests on what would land if head were merged into base. Uncommitted changes are not in it.',
    )
    .argument('[paths...]', 'files, directories or node ids; none: everything')
    .requiredOption('--repo <path>', 'a local git repository')
    .option('--head <branch>', 'the branch to test (default: what is checked out)')
    .option('--base <branch>', 'the branch it would land on (default: main, master, trunk or develop)')
    .option('-k <expression>', "only tests whose names match, as pytest's -k")
    .option('-m <expression>', "only tests whose markers match, as pytest's -m")
    .option('--maxfail <n>', 'stop after n failures', wholeNumber(1, MOST_FAILURES))
    .option('--json', "print the run's record as JSON")
    .addHelpText(
      'after',
      '\nExit code: 0 success, 1 tests failed or no true verdict of success, 2 could not run.',
    )
    .action(async (paths, options) => {
      process.exitCode = await planLocally({ ...options, paths });
    });
  codexctl
    .command('runs')
    .description('Lists the latest runs, newest first.')
    .option('--limit <n>', 'how many', limit, 20)
    .action((options) => printRuns(options.limit));
  codexctl
    .command('logs')
    .description('Prints everything that the tests of a run printed.')
    .argument('<run>', 'the id of a run, or its beginning')
    .action((run) => printLog(run));
  codexctl
    .command('receipts')
    .description('Lists what Codex merged, newest first, or prints one receipt whole.')
    .argument('[id]', 'of a merge or of its commit, or its beginning: the whole receipt')
    .option('--limit <n>', 'how many', limit, 20)
    .option('--repo <owner/name>', 'of this repository only', repositoryArgument)
    .option('--json', 'print what is stored as JSON')
    .action((id, options) => printReceipts(id, options));
  codexctl
    .command('dead')
    .description('Lists webhooks and jobs that were given up, newest first, with the reason.')
    .option('--limit <n>', 'how many of each', limit, 20)
    .action((options) => printDead(options.limit));
  codexctl
    .command('retry')
    .description('Has a webhook or job that was given up tried again by the server, within half a minute.')
    .argument('<id>', 'as `codexctl dead` lists it')
    .action((id) => retryDead(id));
  codexctl
    .command('why')
    .description(
      'Explains who may what: the latest decision about a person, made again by the flags of then.',
    )
    .requiredOption('--user <login>', 'whose decision')
    .requiredOption('--repo <owner/name>', 'in which repository', repositoryArgument)
    .requiredOption('--capability <name>', 'about what, such as codex.pr')
    .option('--at <time>', 'as it was decided by then, such as 2026-11-21T13:00Z (default: now)')
    .option('--decision <id>', 'this decision')
    .action((options) => explain(options));
  codexctl
    .command('usage')
    .description('Shows the sandbox time of a calendar month (UTC) by account.')
    .option('--month <YYYY-MM>', 'another month than this one')
    .action(({ month }) => printUsage(month));
  codexctl
    .command('billing')
    .description('What has to do with subscriptions.')
    .command('link')
    .description('Prints the links to subscribe and to manage a subscription, which work for a day.')
    .argument('<owner>', 'the user or organization on GitHub')
    .action((owner) => printLinks(owner));
  addGovernance(codexctl);
  addTradingView(codexctl);
  codexctl
    .command('alerts')
    .description('Lists what alerts came to, newest first: every action, and why one was not done.')
    .option('--limit <n>', 'how many', limit, 20)
    .option('--repo <owner/name>', 'of this repository only', repositoryArgument)
    .option('--alert <id>', 'of this alert only')
    .action((options) => printAlerts(options));
  codexctl
    .command('doctor')
    .description('Names what is wrong with an installation, each with its fix. Exit code 1: something.')
    .argument('[repository]', 'OWNER/REPO: its installation and rulesets, too', repositoryArgument)
    .action(async (repository) => {
      process.exitCode = await examine(repository);
    });
  return codexctl;
}

/** What whoever ran it can do about it. */
function nextStep(error: unknown): string {
  if (error instanceof UserError) return error.next;
  if (error instanceof DockerError) return '`codexctl doctor` looks at Docker and the sandbox image.';
  if (classifyFailure(error, Date.now())) return '`codexctl doctor` looks at the App and its permissions.';
  return 'This should not happen: please report it, with what LOG_LEVEL=debug adds.';
}

function tell(error: unknown): void {
  const what = classifyFailure(error, Date.now())?.message ?? messageOf(error);
  process.stderr.write(`codexctl: ${redact(what)}\n${redact(nextStep(error))}\n`);
  if (process.env.LOG_LEVEL !== 'debug' || error instanceof UserError) return;
  process.stderr.write(`${redact(inspect(error))}\n`);
}

/** Nobody reads any more: they have seen enough, as `head` does, or their terminal is closed. */
function isClosed(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return false;
  return error.syscall === 'write' && (error.code === 'EPIPE' || error.code === 'EIO');
}

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (!isClosed(error)) throw error;
  });
}
try {
  await program().parseAsync();
} catch (error) {
  if (!isClosed(error)) {
    tell(error);
    process.exitCode = COULD_NOT_RUN;
  }
}
