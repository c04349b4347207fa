/** Events that emulate does not send: given where the App is installed and subscribed to them, as on GitHub. */
import type { RefChange } from './bare-repository.ts';
import type { CheckApp } from './checks.ts';
import type { Deliveries } from './deliveries.ts';
import type { Emulator } from './emulator.ts';
import type { EventSource } from './events.ts';
import type { Hosting } from './hosting.ts';
import { ownerOf } from './hosting.ts';
import type { JsonObject } from './http.ts';
import type { TrackedPull } from './pulls.ts';
import type { Status } from './statuses.ts';

const NOWHERE = '0'.repeat(40);
const COMMIT_FORMAT = '%x1e%H%x00%T%x00%an%x00%ae%x00%cI%x00%B%x00';

/** Paths of git's list of changes that have this letter. */
function filesWith(letter: string, listed: string): string[] {
  const lines = listed.split('\n').filter((line) => line.startsWith(`${letter}\t`));
  return lines.map((line) => line.slice(2));
}

export class Announcements {
  readonly #emulator: Emulator;
  readonly #deliveries: Deliveries;
  readonly #events: EventSource;
  readonly #hosting: Hosting;

  constructor(emulator: Emulator, deliveries: Deliveries, events: EventSource, hosting: Hosting) {
    this.#emulator = emulator;
    this.#deliveries = deliveries;
    this.#events = events;
    this.#hosting = hosting;
  }

  /** `pull_request.<action>`, with what GitHub tells of this action besides. */
  async pull(action: string, pull: TrackedPull, sender: string, more: JsonObject = {}): Promise<void> {
    await this.#give('pull_request', pull.repository, sender, async () => ({
      action,
      number: pull.number,
      ...more,
      pull_request: await this.#events.get(pull.repository, `/repos/${pull.repository}/pulls/${pull.number}`),
    }));
  }

  async thread(
    action: 'resolved' | 'unresolved',
    pull: TrackedPull,
    id: string,
    sender: string,
  ): Promise<void> {
    await this.#give('pull_request_review_thread', pull.repository, sender, async () => ({
      action,
      thread: { node_id: id, comments: [] },
      pull_request: await this.#events.get(pull.repository, `/repos/${pull.repository}/pulls/${pull.number}`),
    }));
  }

  async push(repository: string, { ref, before, after }: RefChange, sender: string): Promise<void> {
    await this.#give('push', repository, sender, async () => {
      const commits = after === null ? [] : await this.#commits(repository, before, after);
      return {
        ...{ ref, before: before ?? NOWHERE, after: after ?? NOWHERE, base_ref: null },
        ...{ created: before === null, deleted: after === null, commits },
        forced: before !== null && after !== null && !(await this.#isForward(repository, before, after)),
        head_commit: commits.at(-1) ?? null,
        pusher: { name: sender, email: `${sender}@users.noreply.github.com` },
      };
    });
  }

  async status({ repository, creator, sha, ...status }: Status): Promise<void> {
    await this.#give('status', repository, creator, async () => {
      const containing = ['for-each-ref', '--contains', sha, '--format=%(refname:short)', 'refs/heads'];
      const names = (await this.#hosting.bare(repository).git(containing)).split('\n').filter(Boolean);
      const branches = names.map((name) => ({ name, commit: { sha } }));
      return { ...status, sha, name: repository, branches, updated_at: status.created_at };
    });
  }

  /** The check suite of another App on this commit is done. */
  async suiteCompleted(
    repository: string,
    sha: string,
    { app, conclusion }: { readonly app: CheckApp; readonly conclusion: string },
  ): Promise<void> {
    await this.#give('check_suite', repository, ownerOf(repository), async () => {
      const suite = await this.#events.suite(repository, sha);
      const status = 'completed';
      return { action: 'completed', check_suite: { ...suite, app: { ...app }, status, conclusion } };
    });
  }

  async #give(
    event: string,
    repository: string,
    sender: string,
    payload: () => Promise<JsonObject>,
  ): Promise<void> {
    const { events, installations } = this.#emulator;
    if (!events.includes(event) || !installations.has(ownerOf(repository))) return;
    const common = await this.#events.common(repository, sender);
    this.#deliveries.give(event, { ...(await payload()), ...common });
  }

  async #commits(repository: string, before: string | null, after: string): Promise<JsonObject[]> {
    const range = before === null ? [after, '--max-count=1'] : [`${before}..${after}`, '--max-count=20'];
    const bare = this.#hosting.bare(repository);
    const what = ['--name-status', '--no-renames', `--format=${COMMIT_FORMAT}`];
    const log = await bare.git(['log', '--reverse', ...what, ...range]);
    return log
      .split('\x1e')
      .filter((entry) => entry.trim() !== '')
      .map((entry) => {
        const [id = '', tree = '', name = '', email = '', timestamp = '', message = '', files = ''] =
          entry.split('\0');
        return {
          id,
          tree_id: tree,
          message: message.trim(),
          timestamp,
          distinct: true,
          author: { name, email, username: name },
          added: filesWith('A', files),
          removed: filesWith('D', files),
          modified: filesWith('M', files),
        };
      });
  }

  async #isForward(repository: string, before: string, after: string): Promise<boolean> {
    const bare = this.#hosting.bare(repository);
    return (await bare.git(['rev-list', '--max-count=1', before, `^${after}`])) === '';
  }
}
