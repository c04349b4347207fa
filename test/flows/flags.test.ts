/** Who may, where the operator's own flags say so: from a file or a flagd, whole or broken, there or not. */
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseFlagSet } from '../../src/entitlements/flags/flag-set.ts';
import { type FlagdServer, startFlagd } from '../entitlements/flags/flagd-server.ts';
import { type Relay, startRelay } from '../entitlements/flags/relay.ts';
import { always } from '../entitlements/flags/sets.ts';
import { startWorld, type World } from '../support/codex.ts';
import { openPull, type PullRequest } from '../support/pull-request.ts';

const FILES = { main: { 'a.txt': 'a\n' }, change: { 'a.txt': 'b\n' } };

let world: World;
let pull: PullRequest;

async function begin(environment: Record<string, string>): Promise<void> {
  world = await startWorld(environment);
  pull = await openPull(world, 'flagged', FILES);
}
afterEach(() => world.close());

/** What a merge would come to now, to whoever asks: `allowed`, or the refusal. */
async function asked(): Promise<string> {
  const { reactions, comment } = await pull.command('/codex pr --dry-run');
  return reactions.at(-1) === '+1' ? 'allowed' : (/This needs .*/.exec(comment)?.[0] ?? comment);
}

const DENIED =
  'This needs `codex.pr`, which you do not have here. Denied to everybody by its flag ("off"); no subscription is asked for here. Ask whoever operates this Codex.';

describe("the operator's file", () => {
  const file = join(tmpdir(), `codex-flags-${process.pid}.json`);
  beforeEach(async () => {
    await writeFile(file, always(false));
    await begin({ CODEX_OPENFEATURE_PROVIDER: file });
  });
  afterEach(() => rm(file));

  test('denies in words; broken while Codex runs it is refused loudly, and stays in force as it was', async () => {
    expect(await asked()).toBe(DENIED);
    await writeFile(file, `${always(true)},`);
    await world.log.find('flags were refused; the last good ones stay', { reason: 'it is not JSON' });
    expect(await asked()).toBe(DENIED);
    const metrics = await (await fetch(`${world.url}/metrics`)).text();
    expect(metrics).toMatch(/^codex_flag_sets_total\{result="refused"\} 1$/m);

    await writeFile(file, always(true));
    await world.log.find('flags are in force', { flagSet: parseFlagSet(always(true)).version });
    expect(await asked()).toBe('allowed');
  });
});

describe('a flagd', () => {
  let flagd: FlagdServer;
  let relay: Relay;
  beforeEach(async () => {
    flagd = await startFlagd(always(false));
    relay = await startRelay();
    await begin({ CODEX_OPENFEATURE_PROVIDER: `flagd://${relay.address}` });
  });
  afterEach(() => {
    relay.close();
    flagd.kill();
  });

  test('that says nothing at the start holds up nobody; once it answers it decides, and still when it is gone', async () => {
    await world.log.find('flags cannot be had', { reason: 'flagd does not answer' });
    expect(await asked()).toBe('allowed');

    relay.passTo(flagd.address);
    await world.log.find('flags are in force', { flagSet: parseFlagSet(always(false)).version });
    expect(await asked()).toBe(DENIED);

    flagd.kill();
    await world.log.find(/flagd's stream ended/);
    expect(await asked()).toBe(DENIED);

    await world.stop();
    await world.start();
    expect(await asked()).toBe(DENIED);
  });
});
