/**
 * Makes the pictures of the documentation from the demo's pull request: docs/picture.png is its conversation once its
 * bug was found, docs/picture-check.png the check run of that, docs/picture-merged.png the conversation after the merge.
 */
import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { UserError } from '../src/errors.ts';
import type { PullRequest } from './demo/pull-request.ts';
import { askToMerge } from './demo/scenes/ask-to-merge.ts';
import { openBug, planBug, planFix } from './demo/scenes/bug.ts';
import { createRepository } from './demo/scenes/create-repository.ts';
import { land } from './demo/scenes/land.ts';
import { openStage } from './demo/stage.ts';
import { Terminal } from './demo/terminal.ts';
import { findChromium, screenshot } from './picture/chromium.ts';
import { checkRunPage, conversationPage } from './picture/page.ts';

const DOCS = join(import.meta.dirname, '..', 'docs');
/** 1,280 pixels: the width of the page times the scale. */
const [WIDTH, SCALE] = [892, 1.435];

try {
  await play(await findChromium());
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`${error.message}\n${error.next}`);
  process.exitCode = 1;
}

/** The demo, without a word. */
async function play(chromium: string): Promise<void> {
  await using closing = new AsyncDisposableStack();
  const { signal } = new AbortController();
  const stage = await openStage({ terminal: new Terminal(null), signal, closing, lastLines: [] });
  const bug = await openBug(stage, await createRepository(stage));
  const { run } = await planBug(stage, bug);
  await take(chromium, 'picture.png', await conversation(bug, 'open'));
  await take(chromium, 'picture-check.png', checkRunPage(run));
  const mended = await planFix(stage, bug);
  const comment = await askToMerge(stage, mended, []);
  await land(stage, mended, comment);
  await take(chromium, 'picture-merged.png', await conversation(mended, 'merged'));
}

async function conversation(pull: PullRequest, state: 'open' | 'merged'): Promise<string> {
  const comments = (await pull.repository.comments(pull.number)).map(({ id, body, user }) => ({
    login: user.login,
    body,
    reactions: pull.repository.reactions(id),
  }));
  return conversationPage({ ...pull, state, comments });
}

async function take(chromium: string, name: string, html: string): Promise<void> {
  const file = join(DOCS, name);
  await screenshot(chromium, html, { file, width: WIDTH, scale: SCALE });
  console.log(`${relative('', file)}: ${Math.round(statSync(file).size / 1024)} KB`);
}
