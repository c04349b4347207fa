/**
 * Starts with the suites that take longest, so that in the end no core waits for the last of them: those of a whole
 * Codex or of real containers. Jest itself knows that from earlier runs only, and goes by size in a fresh clone.
 */
import { createRequire } from 'node:module';
import { relative, sep } from 'node:path';
import type jestSequencer from '@jest/test-sequencer';

// Its types are those of its CommonJS build, whose default an import would take for the whole module.
const { default: Sequencer } = createRequire(import.meta.url)('@jest/test-sequencer') as typeof jestSequencer;

const SLOW = /^test\/(flows\/|plan\/sandbox\/|sandbox\/|deploy\/|commands\/|[^/]+$)/;

type Tests = Awaited<ReturnType<jestSequencer.default['sort']>>;

export default class SlowestFirst extends Sequencer {
  override async sort(tests: Tests): Promise<Tests> {
    const sorted = await super.sort(tests);
    return [...sorted.filter(isSlow), ...sorted.filter((test) => !isSlow(test))];
  }
}

function isSlow({ context, path }: Tests[number]): boolean {
  return SLOW.test(relative(context.config.rootDir, path).replaceAll(sep, '/'));
}
