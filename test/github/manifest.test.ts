import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { EVENTS } from '../../src/commands/triggers.ts';

const text = readFileSync(new URL('../../app.yml', import.meta.url), 'utf8');
const manifest = z
  .strictObject({
    name: z.string().min(1).max(34),
    description: z.string().min(1),
    url: z.url(),
    public: z.boolean(),
    hook_attributes: z.strictObject({ url: z.url({ protocol: /^https$/ }), active: z.literal(true) }),
    default_events: z.array(z.string()),
    default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
  })
  .parse(parse(text));

/** GitHub sends these to every App; a manifest that lists them is refused. */
const ALWAYS_SENT = new Set(['installation', 'installation_repositories']);

describe('the App manifest', () => {
  it('subscribes to the events that Codex handles, and to no other', () => {
    const handled = new Set(EVENTS.map((event) => event.split('.')[0] ?? ''));
    expect([...manifest.default_events].sort()).toEqual(
      [...handled].filter((e) => !ALWAYS_SENT.has(e)).sort(),
    );
  });

  it('sends webhooks to the path that Codex serves', () => {
    expect(new URL(manifest.hook_attributes.url).pathname).toBe('/webhooks/github');
  });

  it('gives a reason beside each event and each permission', () => {
    const lists = text.slice(text.indexOf('default_events:')).split('\n');
    const entries = lists.filter((line) => /^ {2}\S/.test(line));
    expect(entries).toHaveLength(
      manifest.default_events.length + Object.keys(manifest.default_permissions).length,
    );
    for (const entry of entries) expect(entry).toMatch(/ # .{5,}/);
  });

  it('fits into the set-up page of Probot, which puts it between single quotes', () => {
    expect(JSON.stringify(manifest)).not.toContain("'");
  });

  it('asks to write only what Codex writes', () => {
    expect(manifest.default_permissions).toEqual({
      administration: 'read',
      checks: 'write',
      contents: 'write',
      issues: 'write',
      metadata: 'read',
      pull_requests: 'write',
      statuses: 'read',
      workflows: 'write',
    });
  });
});
