import { expect, test } from '@jest/globals';
import { failedBefore, gitHost, githubRemote } from '../../src/plan/execute.ts';
import { runRecord, testReport } from '../support/records.ts';
import { Plans } from './setup.ts';

const failed = { tests: [testReport('test_a.py::test_b', 'caused')] };

test('--failed means what failed in the latest plan of the pull request whose tests ran', () => {
  const plans = new Plans();
  const [ran, conflicted, elsewhere] = [plans.accept(), plans.accept(), plans.accept({ pull: 4 })];
  const skipped = testReport('test_a.py::test_s', null, { outcome: 'skipped' });
  plans.runs.finish(ran.id, runRecord({ tests: [...failed.tests, skipped] }), 1);
  plans.runs.finish(conflicted.id, runRecord({ tree: null }), 2);
  plans.runs.finish(elsewhere.id, runRecord({ tests: [testReport('other.py::test_o', 'caused')] }), 3);

  expect(failedBefore(plans.accept(), plans.runs)).toEqual(['test_a.py::test_b']);
});

test('--failed is refused where nothing ran before, or nothing failed', () => {
  const plans = new Plans();
  const first = plans.accept();
  expect(() => failedBefore(first, plans.runs)).toThrow('There is no earlier plan of this pull request.');
  plans.runs.finish(first.id, runRecord(failed), 1);
  plans.runs.finish(plans.accept().id, runRecord(), 2);
  expect(() => failedBefore(plans.accept(), plans.runs)).toThrow(
    'No test failed in the latest plan of this pull request.',
  );
});

test.each([
  ['https://api.github.com', 'https://github.com'],
  ['https://github.example.com/api/v3', 'https://github.example.com'],
  ['https://api.acme.ghe.com', 'https://acme.ghe.com'],
  ['https://api.example.com/api/v3', 'https://api.example.com'],
  ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
])('the API at %s has its repositories at %s', (api, host) => {
  expect(gitHost(api)).toBe(host);
});

test('git authenticates as GitHub wants it, with the token of that moment', async () => {
  let token = 'first';
  const installations = { octokit: () => Promise.reject(new Error('not asked')), token: async () => token };
  const remote = githubRemote({ apiUrl: 'https://api.github.com', installations }, 1, 'acme/shop');
  const encoded = (text: string) => `Basic ${Buffer.from(`x-access-token:${text}`).toString('base64')}`;

  expect(remote.url).toBe('https://github.com/acme/shop.git');
  expect(await remote.authorization()).toBe(encoded('first'));
  token = 'second';
  expect(await remote.authorization()).toBe(encoded('second'));
});
