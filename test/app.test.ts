import { expect, test } from '@jest/globals';
import { Probot } from 'probot';
import { app } from '../src/app.ts';
import type { NewJob } from '../src/jobs/job.ts';
import { createLog } from '../src/log.ts';

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
