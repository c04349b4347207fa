/** Makes docs/picture.png: what the demo's pull request looks like once its bug was found. */
import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { UserError } from '../src/errors.ts';
import { createRepository } from './demo/scenes/create-repository.ts';
import { openPullRequest } from './demo/scenes/open-pull-request.ts';
import { planChange } from './demo/scenes/plan-change.ts';
import { openStage } from './demo/stage.ts';
import { Terminal } from './demo/terminal.ts';
import { findChromium, screenshot } from './picture/chromium.ts';
import { page, type Shown } from './picture/page.ts';

const FILE = join(import.meta.dirname, '..', 'docs', 'picture.png');
/** 1,280 pixels: the width of the page times the scale. */
const [WIDTH, SCALE] = [892, 1.435];

try {
  const chromium = await findChromium();
  await screenshot(chromium, page(await played()), { file: FILE, width: WIDTH, scale: SCALE });
  console.log(`${relative('', FILE)}: ${Math.round(statSync(FILE).size / 1024)} KB`);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`${error.message}\n${error.next}`);
  process.exitCode = 1;
}

/** The demo up to the bug, without a word. */
async function played(): Promise<Shown> {
  await using closing = new AsyncDisposableStack();
  const { signal } = new AbortController();
  const stage = await openStage({ terminal: new Terminal(null), signal, closing, lastLines: [] });
  const pull = await openPullRequest(stage, await createRepository(stage));
  const { run } = await planChange(stage, pull);
  const comments = await pull.repository.comments(pull.number);
  return {
    ...pull,
    run,
    comments: comments.map(({ id, body, user }) => ({
      login: user.login,
      body,
      reactions: pull.repository.reactions(id),
    })),
  };
}
