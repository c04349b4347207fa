import { beforeEach, describe, expect, it } from '@jest/globals';
import type { PullAddress } from '../../src/conversation/model.ts';
import { ConversationPublisher, type LivingComment } from '../../src/conversation/publish.ts';
import { IntentStore } from '../../src/merge/intents.ts';
import type { RunRecord } from '../../src/plan/record.ts';
import { type Db, openDatabase } from '../../src/store/database.ts';
import { intent } from '../merge/records.ts';
import { runRecord } from '../support/records.ts';

const PULL: PullAddress = { installation: 1, repositoryId: 5, repository: 'acme/shop', number: 7 };
const AT = Date.UTC(2026, 10, 21);

let db: Db;
let written: LivingComment[];
let upsertComment: (pull: PullAddress, comment: LivingComment) => Promise<number>;
let publisher: ConversationPublisher;

beforeEach(() => {
  db = openDatabase(':memory:');
  written = [];
  upsertComment = async (_pull, comment) => {
    written.push(comment);
    return 41;
  };
  publisher = new ConversationPublisher({
    db,
    position: (id) => (id === 'waiting' ? 2 : null),
    checkRunUrl: (repository, id) => `https://github.example/${repository}/runs/${id}`,
    usage: () => null,
    upsertComment: (pull, comment) => upsertComment(pull, comment),
  });
});

function insertRun(id: string, record: RunRecord | null, createdAt = AT, trigger = 'comment'): void {
  db.prepare(
    `INSERT INTO runs (id, installation, repository_id, repository, pull, head_sha, base_ref, request, check_run_id,
                       conclusion, record, created_at, started_at, finished_at)
     VALUES (?, 1, 5, 'acme/shop', 7, ?, 'main', ?, 9, ?, ?, ?, ?, ?)`,
  ).run(
    id,
    'a'.repeat(40),
    JSON.stringify({ requestedBy: 'octocat', trigger: { type: trigger } }),
    record?.conclusion ?? null,
    record && JSON.stringify(record),
    createdAt,
    record && createdAt + 1_000,
    record && createdAt + 3_000,
  );
}

describe('the living comment of a pull request', () => {
  it('shows the newest verdict, what waits and the history, and its id is kept', async () => {
    insertRun('old', runRecord({ title: '2 passed' }), AT);
    insertRun('new', runRecord({ title: '3 passed' }), AT + 60_000, 'merge');
    insertRun('waiting', null, AT + 120_000);
    await publisher.publish(PULL);
    const [comment] = written;
    expect(comment).toMatchObject({ marker: '<!-- codex:conversation -->', knownId: null });
    expect(comment?.body).toContain('### ✅ 3 passed');
    expect(comment?.body).toContain('⏳ Queued, position 2');
    expect(comment?.body).toContain('https://github.example/acme/shop/runs/9');
    expect(comment?.body).toContain('History of runs (2)');
    expect(comment?.body).toMatch(
      /2026-11-21 00:01 UTC .* `\/codex pr of octocat` \|\n.*2026-11-21 00:00 UTC .* 2\.0 s \| `octocat` \|/,
    );

    await publisher.answer(PULL, { asked: '/codex help', by: 'octocat', markdown: 'Usage', at: AT });
    expect(written[1]).toMatchObject({
      knownId: 41,
      body: expect.stringContaining('`octocat` asked `/codex help`'),
    });
    expect(written[1]?.body).toContain('### ✅ 3 passed');
  });

  it('shows the newest merge with its check run, planned or not', async () => {
    const intents = new IntentStore(db);
    const { request } = intent();
    const here = { ...request, repositoryId: PULL.repositoryId, pull: PULL.number };
    intents.create('first', here, { now: AT, expiresAt: AT + 60_000 });
    intents.withdraw('first', 'It was withdrawn.', AT + 1);
    intents.create('second', here, { now: AT + 2, expiresAt: AT + 60_000 });
    intents.setCheckRun('second', 12);
    intents.create('elsewhere', { ...here, pull: 8 }, { now: AT + 3, expiresAt: AT + 60_000 });
    await publisher.publish(PULL);
    expect(written[0]?.body).toContain('### ⏳ Waiting to merge into `main`');
    expect(written[0]?.body).toContain('[all details](https://github.example/acme/shop/runs/12)');
    expect(written[0]?.body).not.toContain('withdrawn');
  });

  it('bounds the history and tells what it leaves out', async () => {
    for (let index = 0; index < 25; index++) insertRun(`r${index}`, runRecord(), AT + index);
    await publisher.publish(PULL);
    expect(written[0]?.body).toContain('5 older are not shown.');
    expect(written[0]?.body.split('\n').filter((line) => line.includes('✅ success'))).toHaveLength(20);
  });

  it('is not written while there is nothing to say', async () => {
    await publisher.publish(PULL);
    expect(written).toEqual([]);
  });

  it('is not written again unchanged, except after a failure', async () => {
    insertRun('run', runRecord());
    const working = upsertComment;
    upsertComment = async () => {
      throw new Error('502');
    };
    await expect(publisher.publish(PULL)).rejects.toThrow('502');
    upsertComment = working;
    await publisher.publish(PULL);
    await publisher.publish(PULL);
    expect(written).toHaveLength(1);
  });

  it('is updated once more, not more often, for all that was asked while an update ran', async () => {
    insertRun('first', runRecord({ title: '1 passed' }));
    const gate = Promise.withResolvers<void>();
    let running = 0;
    upsertComment = async (_pull, comment) => {
      running += 1;
      expect(running).toBe(1);
      written.push(comment);
      await gate.promise;
      running -= 1;
      return 41;
    };
    const publishing = [publisher.publish(PULL)];
    for (let index = 0; index < 5; index++) {
      insertRun(`r${index}`, runRecord({ title: `${index + 2} passed` }), AT + 1_000 * (index + 1));
      publishing.push(publisher.publish(PULL));
    }
    gate.resolve();
    await Promise.all(publishing);
    expect(written.map(({ body }) => /### ✅ (\d)/.exec(body)?.[1])).toEqual(['1', '6']);
  });

  it('waits for no other pull request', async () => {
    insertRun('run', runRecord());
    const gate = Promise.withResolvers<void>();
    const other = { ...PULL, number: 8 };
    upsertComment = async (pull, comment) => {
      if (pull.number === PULL.number) await gate.promise;
      written.push(comment);
      return pull.number;
    };
    const first = publisher.publish(PULL);
    await publisher.answer(other, { asked: null, by: null, markdown: 'Hello', at: AT });
    expect(written).toHaveLength(1);
    gate.resolve();
    await first;
    expect(written).toHaveLength(2);
  });
});
