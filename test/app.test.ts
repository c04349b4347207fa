import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Probot } from 'probot';
import { parse } from 'yaml';
import { z } from 'zod';
import { app } from '../src/app.ts';
import { EVENTS } from '../src/commands/triggers.ts';
import type { NewJob } from '../src/jobs/job.ts';
import { createLog } from '../src/log.ts';

const manifest = z.object({ default_events: z.array(z.string()) });

test('the App subscribes to exactly the events that are handled', () => {
  const { default_events } = manifest.parse(
    parse(readFileSync(join(import.meta.dirname, '../app.yml'), 'utf8')),
  );
  const always = ['installation', 'installation_repositories'];
  expect([...default_events, ...always].sort()).toEqual([...EVENTS].sort());
});

test('the jobs of a delivery are given under its id, and none where there are none', async () => {
  const given: [string, readonly NewJob[]][] = [];
  const probot = new Probot({ githubToken: 'none', secret: 'none', log: createLog('silent') });
  await probot.load(app({ give: (delivery, jobs) => given.push([delivery, jobs]) }));
  const installation = (action: string) => ({ action, installation: { id: 3 } });

  // Probot's types ask for whole payloads; what is read of them is parsed.
  type Received = Parameters<typeof probot.receive>[0];
  await probot.receive({ id: 'one', name: 'installation', payload: installation('deleted') } as Received);
  await probot.receive({ id: 'two', name: 'installation', payload: installation('created') } as Received);

  expect(given).toEqual([
    ['one', [expect.objectContaining({ kind: 'uninstall', delivery: 'one' })]],
    ['two', []],
  ]);
});
