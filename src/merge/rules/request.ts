/** What ends a request: it was made for one commit, one base, one person and a time. */
import { includesWriting } from '../../github/permission.ts';
import type { Snapshot } from '../snapshot.ts';
import { commit, moment, quoted } from '../words.ts';
import { findingIf, type Rule } from './rule.ts';

/** What the pull request alone tells. */
export type OfPull = Pick<Snapshot, 'pull' | 'request'>;

export const closed: Rule<OfPull> = {
  code: 'closed',
  effect: 'cancel',
  owner: 'author',
  when: 'The pull request was closed without being merged.',
  evaluate: ({ pull }) =>
    findingIf(pull.state === 'closed' && !pull.merged, {
      what: 'The pull request is closed.',
      next: 'Reopen it and comment `/codex pr` again.',
    }),
};

export const headMoved: Rule<OfPull> = {
  code: 'head_moved',
  effect: 'cancel',
  owner: 'author',
  when: 'The head is another commit than the one that `/codex pr` was commented on.',
  evaluate: ({ pull, request }) =>
    findingIf(pull.headSha !== request.headSha, {
      what: `The head moved from ${commit(request.headSha)} to ${commit(pull.headSha)}, and only the commit that was asked for is ever merged: nothing was.`,
      next: 'Look at what was pushed and comment `/codex pr` again.',
    }),
};

export const baseRetargeted: Rule<OfPull> = {
  code: 'base_retargeted',
  effect: 'cancel',
  owner: 'author',
  when: 'The pull request goes into another base than when `/codex pr` was commented.',
  evaluate: ({ pull, request }) =>
    findingIf(pull.baseRef !== request.baseRef, {
      what: `The base was changed from ${quoted(request.baseRef)} to ${quoted(pull.baseRef)}: nothing was merged.`,
      next: 'Comment `/codex pr` again if it is to land there.',
    }),
};

export const expired: Rule = {
  code: 'expired',
  effect: 'cancel',
  owner: 'author',
  when: 'It was still waiting when its time (`merge.expires_hours`) ran out.',
  evaluate: ({ now, expiresAt }) =>
    findingIf(now >= expiresAt, {
      what: `The request expired at ${moment(expiresAt)}, still waiting.`,
      next: 'Comment `/codex pr` again once nothing else is missing, or sooner.',
    }),
};

export const permissionLost: Rule = {
  code: 'permission_lost',
  effect: 'cancel',
  owner: 'operator',
  when: 'Whoever asked may no longer write to the repository.',
  evaluate: ({ requester, request }) =>
    findingIf(!includesWriting(requester.role), {
      what: `${quoted(request.requestedBy)} may no longer write to this repository (role: ${requester.role}).`,
      next: 'Somebody who may write can comment `/codex pr`.',
    }),
};

export const notEntitled: Rule = {
  code: 'not_entitled',
  effect: 'block',
  owner: 'operator',
  when: 'No entitlement allows merges to whoever asked.',
  evaluate: ({ requester: { entitlement } }) =>
    findingIf(!entitlement.allowed, {
      what: `Merges are not allowed: ${entitlement.reason.replace(/[.\s]+$/, '')}.`,
      next: '`/codex status` says what to do about that; it goes on by itself once it is settled.',
    }),
};
