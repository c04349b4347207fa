/** Every rule, in the order in which their reasons are told: what ends the request, then people, then machines. */
import { checkAbsent, checkFailing, checkOfOtherApp, checkPending, requirementsUnread } from './checks.ts';
import { frozen } from './freeze.ts';
import { conflicts, mergeabilityUnknown, refusedByGitHub } from './mergeability.ts';
import { planRules } from './plan.ts';
import { baseGone, blockingLabel, draft, filesUnlisted, governance, workflowFiles } from './pull.ts';
import { baseRetargeted, closed, expired, headMoved, notEntitled, permissionLost } from './request.ts';
import { approvalsMissing, changesRequested, threadsUnresolved } from './reviews.ts';
import type { Rule } from './rule.ts';
import { notFirst } from './turn.ts';

export const RULES: readonly Rule[] = [
  closed,
  headMoved,
  baseRetargeted,
  permissionLost,
  expired,
  notEntitled,
  baseGone,
  draft,
  governance,
  blockingLabel,
  workflowFiles,
  filesUnlisted,
  conflicts,
  changesRequested,
  threadsUnresolved,
  requirementsUnread,
  checkFailing,
  refusedByGitHub,
  approvalsMissing,
  checkPending,
  checkAbsent,
  checkOfOtherApp,
  mergeabilityUnknown,
  ...planRules,
  frozen,
  notFirst,
];
