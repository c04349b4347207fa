import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createToken, readToken } from '../../../src/alerts/receiving/token.ts';
import { createLog } from '../../../src/log.ts';
import { LogLines } from '../../support/log-lines.ts';
import { keyOf, OLD_SECRET, SECRET, SUBJECT, tokenOf } from '../setup.ts';

const keys = [keyOf(OLD_SECRET), keyOf(SECRET)];
const name = fc.stringMatching(/^[A-Za-z0-9]{1,30}$/);

describe('a token', () => {
  test('says what it is for, by either secret while they are rotated', () => {
    expect(readToken(keys, tokenOf({}, OLD_SECRET))).toEqual(SUBJECT);
    expect(readToken(keys, tokenOf({}, SECRET))).toEqual(SUBJECT);
  });

  test('of any repository and strategy reads as it was made', () => {
    fc.assert(
      fc.property(name, name, name, (owner, repo, strategy) => {
        const subject = { repository: `${owner}/${repo}`, strategy };
        expect(readToken(keys, tokenOf(subject))).toEqual(subject);
      }),
    );
  });

  test('holds nothing that a URL or JSON would write in another way', () => {
    expect(tokenOf()).toMatch(/^[A-Za-z0-9._-]+$/);
  });
});

describe('what is no token of this server is none', () => {
  test('made with another secret', () => {
    expect(readToken(keys, tokenOf({}, 'a-secret-of-somebody-else'))).toBeNull();
  });

  test('with any character changed, left out or added', () => {
    const token = tokenOf();
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.stringMatching(/^[A-Za-z0-9._=-]{0,2}$/), (at, other) => {
        fc.pre(other !== token[at]);
        expect(readToken(keys, token.slice(0, at) + other + token.slice(at + 1))).toBeNull();
      }),
      { numRuns: 1_000 },
    );
  });

  test('the code of one strategy put to the names of another', () => {
    const [version, repository, strategy, code] = tokenOf().split('.');
    const [, otherRepository, otherStrategy] = tokenOf({ repository: 'acme/x', strategy: 'x' }).split('.');
    expect(readToken(keys, [version, otherRepository, strategy, code].join('.'))).toBeNull();
    expect(readToken(keys, [version, repository, otherStrategy, code].join('.'))).toBeNull();
  });

  test('the line between repository and strategy moved', () => {
    const forged = createToken(keyOf(SECRET), { repository: 'acme/bot\nmean', strategy: 'reversion' });
    expect(readToken(keys, forged)).toBeNull();
  });

  test('anything at all', () => {
    fc.assert(fc.property(fc.string(), (text) => readToken(keys, text) === null));
    fc.assert(fc.property(fc.string(), (text) => readToken(keys, `tv1.${text}`) === null));
  });
});

test('no token is in a log line, whoever writes it', () => {
  const lines = new LogLines();
  const url = `/webhooks/tradingview?token=${tokenOf()}`;
  createLog('info', lines).info({ url, body: JSON.stringify({ token: tokenOf() }) }, `asked for ${url}`);
  expect(JSON.stringify(lines.all)).not.toContain(tokenOf().slice(0, 20));
  expect(JSON.stringify(lines.all)).toContain('[redacted]');
});
