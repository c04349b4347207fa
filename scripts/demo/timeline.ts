/** Tells what Codex does on GitHub, as GitHub sees it: from the requests it made. */
import { z } from 'zod';
import { MARKER } from '../../src/conversation/render.ts';
import type { LoggedRequest } from '../../test/support/local-github/front.ts';
import type { LocalGitHub } from '../../test/support/local-github/local-github.ts';
import { OWNER } from './stage.ts';
import type { Terminal } from './terminal.ts';

const body = z
  .object({
    content: z.string(),
    status: z.string(),
    conclusion: z.string(),
    body: z.string(),
    name: z.string(),
    sha: z.string(),
    output: z.object({ title: z.string() }),
  })
  .partial();

const named = z.object({ name: z.string() });

const EMOJI: Readonly<Record<string, string>> = {
  eyes: '👀',
  rocket: '🚀',
  '+1': '👍',
  '-1': '👎',
  confused: '😕',
};

export class Timeline {
  readonly #github: LocalGitHub;
  readonly #terminal: Terminal;
  readonly #startedAt: number;
  readonly #told = new Set<LoggedRequest>();
  /** The comment whose webhook's answer is to be told first; null: that is told, or not waited for. */
  #comment: number | null = null;
  #last = '';

  /** Tells what happens from now on. */
  constructor(github: LocalGitHub, terminal: Terminal) {
    this.#github = github;
    this.#terminal = terminal;
    this.#startedAt = Date.now();
    for (const request of github.requests) this.#told.add(request);
  }

  /** Tells nothing more until the webhook of this comment was answered. */
  awaitDelivery(comment: number): void {
    this.#comment = comment;
  }

  /** Tells what was done since the last call. False where a change is under way, to be told by a later call. */
  async tell(): Promise<boolean> {
    if (this.#comment !== null && !this.#tellDelivery(this.#comment)) return false;
    let complete = true;
    for (const request of this.#github.requests) {
      if (request.status === 0 && isChange(request)) complete = false;
      if (this.#told.has(request) || request.status === 0) continue;
      this.#told.add(request);
      const text = request.status < 300 ? await this.#inWords(request) : null;
      if (text !== null && text !== this.#last) this.#happened(request.at, text);
      this.#last = text ?? this.#last;
    }
    return complete;
  }

  /** False before the webhook was answered. */
  #tellDelivery(comment: number): boolean {
    const delivery = this.#github.deliveries.all.find(
      ({ event, payload }) => event === 'issue_comment' && commentOf(payload) === comment,
    );
    if (!delivery || delivery.status === 0) return false;
    this.#comment = null;
    this.#happened(Date.now(), `webhook: signature verified, on disk, answered ${delivery.status}`);
    return true;
  }

  #happened(at: number, text: string): void {
    this.#terminal.happened((at - this.#startedAt) / 1000, text);
  }

  /** Null for requests that nobody sees. */
  async #inWords({ method, url, body: sent }: LoggedRequest): Promise<string | null> {
    if (method === 'GET') return null;
    const said = body.safeParse(sent).data ?? {};
    if (url.endsWith('/reactions')) return `reaction ${EMOJI[said.content ?? '']}`;
    if (/\/check-runs(\/\d+)?$/.test(url)) {
      return checkRunInWords(said.name ?? (await this.#nameOf(url)), said);
    }
    if (url.endsWith('/merge'))
      return `GitHub is asked to squash-merge ${said.sha?.slice(0, 7)} and no other head`;
    if (method === 'DELETE' && url.includes('/git/refs/')) return 'the head branch is deleted';
    if (!said.body?.startsWith(MARKER)) return null;
    return method === 'POST' ? 'the living comment appears' : 'the living comment is edited';
  }

  /** Of a check run; changes of one do not say it. */
  async #nameOf(url: string): Promise<string> {
    return named.parse(await this.#github.as(OWNER, 'GET', url)).name;
  }
}

function isChange({ method, url }: LoggedRequest): boolean {
  return method !== 'GET' && url.startsWith('/repos/');
}

function commentOf(payload: unknown): number | null {
  return z.object({ comment: z.object({ id: z.int() }) }).safeParse(payload).data?.comment.id ?? null;
}

function checkRunInWords(name: string, { status, conclusion, output }: z.infer<typeof body>): string {
  const state = conclusion ?? status?.replace('_', ' ') ?? 'annotations';
  return `${name} ${state}${output === undefined ? '' : `: ${output.title}`}`;
}
