/** The queries of the claim must follow neither the jobs that are kept nor the whole line for each job in it. */
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { CANDIDATE, GROUPS } from '../../src/jobs/claim.ts';
import { open } from './setup.ts';

const steps = z.array(z.object({ detail: z.string() }).transform(({ detail }) => detail));

function explain(sql: string): string[] {
  const { db } = open();
  const values = { queue: 'plan', now: 0, priority: 0, installation: 1, repository: 'acme/shop' };
  return steps.parse(db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(values));
}

describe('claiming', () => {
  test('reads the groups of the line from one covering index', () => {
    const plan = explain(GROUPS);
    expect(plan).toContain('SEARCH jobs USING COVERING INDEX jobs_queued (queue=?)');
    expect(plan.filter((step) => step.startsWith('SCAN'))).toEqual(['SCAN groups']);
  });

  test('finds the job of a group, and what its lane does, by index', () => {
    const plan = explain(CANDIDATE);
    expect(plan).toContain(
      'SEARCH job USING INDEX jobs_queued (queue=? AND priority=? AND installation=? AND repository=?)',
    );
    expect(plan).toContain('SEARCH other USING COVERING INDEX jobs_running (lane=?)');
    expect(plan).toContain('SEARCH other USING INDEX jobs_lane (lane=? AND id<?)');
    expect(plan.filter((step) => step.startsWith('SCAN') || step.includes('TEMP B-TREE'))).toEqual([]);
  });
});
