import { comment } from './comment.ts';
import type { Action } from './definition.ts';
import { dispatch } from './dispatch.ts';
import { freeze } from './freeze.ts';
import { issue } from './issue.ts';
import { plan } from './plan.ts';
import { unfreeze } from './unfreeze.ts';

/** Everything that a rule's `then` may say, in the order of the documentation. */
export const ACTIONS: readonly Action[] = [issue, plan, dispatch, freeze, unfreeze, comment];
