/**
 * Emulate knows commits only through the git-data API. What is pushed to a bare repository is copied there, object
 * by object; both address objects by content, so every SHA must come out the same, and it is checked.
 */
import type { BareRepository } from './bare-repository.ts';
import { type ApiAnswer, isObject, type Json, type JsonObject } from './http.ts';

export type Ask = (method: string, path: string, body?: Json) => Promise<ApiAnswer>;

interface GitObject {
  readonly sha: string;
  readonly type: string;
  readonly content: Buffer;
}

export class Mirror {
  readonly #repository: BareRepository;
  readonly #ask: Ask;
  readonly #base: string;
  readonly #known = new Set<string>();

  /** `ask` acts as somebody who may write to the repository. */
  constructor(repository: BareRepository, fullName: string, ask: Ask) {
    this.#repository = repository;
    this.#ask = ask;
    this.#base = `/repos/${fullName}/git`;
  }

  /** Copies the commit `tip`, with everything it needs. */
  async copy(tip: string): Promise<void> {
    if (this.#known.has(tip)) return;
    const listed = await this.#repository.git([
      ...['rev-list', '--topo-order', '--objects', '--no-object-names', tip],
    ]);
    const missing = listed.split('\n').filter((sha) => !this.#known.has(sha));
    const objects = new Map((await this.#read(missing)).map((object) => [object.sha, object]));
    // Reversed, a commit comes after its parents.
    for (const object of [...objects.values()].reverse()) await this.#ensure(object, objects);
  }

  async #ensure(object: GitObject, objects: ReadonlyMap<string, GitObject>): Promise<void> {
    if (this.#known.has(object.sha)) return;
    const body = bodyOf(object);
    for (const sha of needs(body)) {
      const needed = objects.get(sha);
      if (needed) await this.#ensure(needed, objects);
    }
    const answer = await this.#ask('POST', `${this.#base}/${object.type}s`, body);
    const created = isObject(answer.body) ? answer.body.sha : undefined;
    if (created !== object.sha) {
      const words = JSON.stringify(answer.body).slice(0, 300);
      throw new Error(`emulate made ${created} of the ${object.type} ${object.sha}: ${words}`);
    }
    this.#known.add(object.sha);
  }

  /** Points a ref of emulate to a commit it knows; null deletes it. */
  async setRef(ref: string, sha: string | null): Promise<void> {
    const path = `${this.#base}/${ref.split('/').map(encodeURIComponent).join('/')}`;
    if (sha === null) {
      await this.#ask('DELETE', path);
      return;
    }
    const moved = await this.#ask('PATCH', path, { sha, force: true });
    const answer = moved.status === 404 ? await this.#ask('POST', `${this.#base}/refs`, { ref, sha }) : moved;
    if (answer.status >= 300) throw new Error(`emulate did not take ${ref}: ${JSON.stringify(answer.body)}`);
  }

  async #read(shas: readonly string[]): Promise<GitObject[]> {
    if (shas.length === 0) return [];
    const output = await this.#repository.gitBytes(['cat-file', '--batch'], `${shas.join('\n')}\n`);
    const objects: GitObject[] = [];
    for (let at = 0; at < output.length; ) {
      const end = output.indexOf('\n', at);
      const [sha = '', type = '', size = '0'] = output.subarray(at, end).toString().split(' ');
      const content = output.subarray(end + 1, end + 1 + Number(size));
      objects.push({ sha, type, content });
      at = end + 2 + Number(size);
    }
    return objects;
  }
}

function bodyOf({ type, content }: GitObject): JsonObject {
  if (type === 'blob') return { content: content.toString('base64'), encoding: 'base64' };
  return type === 'tree' ? { tree: treeEntries(content) } : commitFields(content.toString());
}

/** The objects inside a tree, or the tree of a commit. */
function needs(body: JsonObject): string[] {
  if (typeof body.tree === 'string') return [body.tree];
  const entries = Array.isArray(body.tree) ? body.tree : [];
  return entries.map((entry) => String(isObject(entry) ? entry.sha : ''));
}

const ENTRY_TYPES: Readonly<Record<string, string>> = { '040000': 'tree', '160000': 'commit' };

function treeEntries(content: Buffer): Json[] {
  const entries: Json[] = [];
  for (let at = 0; at < content.length; ) {
    const end = content.indexOf(0, at);
    const entry = content.subarray(at, end).toString();
    const mode = entry.slice(0, entry.indexOf(' ')).padStart(6, '0');
    const path = entry.slice(entry.indexOf(' ') + 1);
    const sha = content.subarray(end + 1, end + 21).toString('hex');
    entries.push({ path, mode, type: ENTRY_TYPES[mode] ?? 'blob', sha });
    at = end + 21;
  }
  return entries;
}

function commitFields(text: string): JsonObject {
  const split = text.indexOf('\n\n');
  const fields = text.slice(0, split).split('\n');
  const values = (name: string) =>
    fields.filter((field) => field.startsWith(`${name} `)).map((field) => field.slice(name.length + 1));
  const [author = ''] = values('author');
  const [committer = ''] = values('committer');
  return {
    message: text.slice(split + 2),
    tree: values('tree')[0] ?? '',
    parents: values('parent'),
    author: person(author),
    committer: person(committer),
  };
}

function person(text: string): Json {
  const [, name = '', email = '', seconds = '0', zone = '+0000'] =
    /^(.*) <(.*)> (\d+) ([+-]\d{4})$/.exec(text) ?? [];
  const minutes = (Number(zone.slice(0, 3)) * 60 + Number(zone[0] + zone.slice(3))) * 60_000;
  const local = new Date(Number(seconds) * 1000 + minutes).toISOString().replace('.000Z', '');
  return { name, email, date: `${local}${zone.slice(0, 3)}:${zone.slice(3)}` };
}
