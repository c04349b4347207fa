import { expect, test } from '@jest/globals';
import { gitHost } from '../../src/plan/execute.ts';

test.each([
  ['https://api.github.com', 'https://github.com'],
  ['https://github.acme.test/api/v3', 'https://github.acme.test'],
  ['https://api.acme.ghe.com', 'https://acme.ghe.com'],
  ['https://api.acme.test/api/v3', 'https://api.acme.test'],
  ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
])('of the GitHub with the API %s, git asks %s', (apiUrl, host) => {
  expect(gitHost(apiUrl)).toBe(host);
});
