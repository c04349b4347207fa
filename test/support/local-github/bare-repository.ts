/** A repository as GitHub hosts it: bare, and the one truth about commits and refs. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { execa } from 'execa';

/** Text or bytes; null deletes; an executable file, a symbolic link or a submodule (its commit's id) says so. */
type FileContent =
  | string
  | Uint8Array
  | null
  | { readonly mode: '100755' | '120000' | '160000'; readonly text: string };
export type Files = Readonly<Record<string, FileContent>>;

export interface CommitOptions {
  /** A ref or SHA to start from in place of the branch's tip; null: a root commit. */
  readonly parent?: string | null;
  readonly message?: string;
  /** Login. */
  readonly author?: string;
}

export interface RefChange {
  readonly ref: string;
  /** Null: the ref is new, or deleted. */
  readonly before: string | null;
  readonly after: string | null;
}

const CONFIG = `[core]
	bare = true
	repositoryformatversion = 0
[http]
	receivepack = true
[uploadpack]
	allowAnySHA1InWant = true
	allowFilter = true
[gc]
	auto = 0
[receive]
	autogc = false
`;

/** Refuses the refs that the server names: see git-http.ts. */
const UPDATE_HOOK = `#!/bin/sh
printf '%s\\n' "$REFUSED_REFS" | grep -qxF -e "$1" || exit 0
echo "error: GH013: Repository rule violations found for $1." >&2
printf '%s\\n' "$REFUSAL" >&2
exit 1
`;

export class BareRepository {
  readonly directory: string;
  /** Commits that are known to be here, and what git said of them; `throwAway` forgets them. */
  readonly #commits = new Set<string>();
  readonly #answers = new Map<string, Promise<unknown>>();
  #lastSecond = 1_700_000_000;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async create(directory: string): Promise<BareRepository> {
    await mkdir(`${directory}/refs/heads`, { recursive: true });
    await mkdir(`${directory}/objects`, { recursive: true });
    await writeFile(`${directory}/HEAD`, 'ref: refs/heads/main\n');
    await writeFile(`${directory}/config`, CONFIG);
    await mkdir(`${directory}/hooks`);
    await writeFile(`${directory}/hooks/update`, UPDATE_HOOK, { mode: 0o755 });
    return new BareRepository(directory);
  }

  async git(args: readonly string[], input: string | Uint8Array = ''): Promise<string> {
    const { stdout } = await execa('git', args, { cwd: this.directory, input, maxBuffer: 1 << 30 });
    return stdout;
  }

  async gitBytes(args: readonly string[], input: string): Promise<Buffer> {
    const { stdout } = await execa('git', args, {
      cwd: this.directory,
      input,
      encoding: 'buffer',
      stripFinalNewline: false,
      maxBuffer: 1 << 30,
    });
    return Buffer.from(stdout);
  }

  /** SHA by full ref name. */
  async refs(): Promise<Map<string, string>> {
    const lines = await this.git(['for-each-ref', '--format=%(refname) %(objectname)']);
    return new Map(
      lines
        .split('\n')
        .filter(Boolean)
        .map((line) => pair(line)),
    );
  }

  /** As `git`, where every commit is named by its SHA: asked once, because the answer never changes. */
  gitOnce(args: readonly string[]): Promise<string> {
    return this.#once(args, () => this.git(args));
  }

  async sha(revision: string): Promise<string | null> {
    if (this.#commits.has(revision)) return revision;
    if (revision.startsWith('refs/heads/')) return this.#tip(revision);
    const found = await execa('git', ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`], {
      cwd: this.directory,
      reject: false,
    });
    if (found.exitCode !== 0) return null;
    this.#commits.add(found.stdout);
    return found.stdout;
  }

  /** What a branch points to, from its file: nothing here packs refs. */
  async #tip(ref: string): Promise<string | null> {
    try {
      return (await readFile(`${this.directory}/${ref}`, 'utf8')).trim();
    } catch {
      return null;
    }
  }

  /** The tree that merging the commit `head` into the commit `base` gives; null where they conflict. */
  mergedTree(base: string, head: string): Promise<string | null> {
    const args = ['merge-tree', '--write-tree', '--no-messages', base, head];
    return this.#once(args, async () => {
      const { exitCode, stdout, stderr } = await execa('git', args, { cwd: this.directory, reject: false });
      if (exitCode !== 0 && exitCode !== 1) throw new Error(`git ${args.join(' ')}: ${stderr}`);
      return exitCode === 0 ? stdout : null;
    });
  }

  #once<Answer>(args: readonly string[], ask: () => Promise<Answer>): Promise<Answer> {
    const key = args.join('\0');
    // Under the arguments of a question is the answer to it.
    const known = this.#answers.get(key) as Promise<Answer> | undefined;
    if (known) return known;
    const asked = ask();
    this.#answers.set(key, asked);
    asked.catch(() => this.#answers.delete(key));
    return asked;
  }

  /** Moves a ref if it is still where it was; whether it was. */
  async moveRef(ref: string, before: string, after: string): Promise<boolean> {
    const args = ['update-ref', ref, after, before];
    const { exitCode } = await execa('git', args, { cwd: this.directory, reject: false });
    return exitCode === 0;
  }

  /** Deletes refs, and the commits that nothing else leads to. */
  async throwAway(refs: readonly string[]): Promise<void> {
    for (const ref of refs) await this.git(['update-ref', '-d', ref]);
    await this.git(['prune', '--expire=now']);
    this.#commits.clear();
    this.#answers.clear();
  }

  /** One commit on `branch` that changes `files`; moves the branch, by force if need be. Gives the new SHA. */
  async commit(branch: string, files: Files, options: CommitOptions = {}): Promise<string> {
    const ref = `refs/heads/${branch}`;
    const parent = options.parent === undefined ? await this.#startOf(branch) : options.parent;
    const start = parent === null ? null : await this.sha(parent);
    if (parent !== null && start === null) throw new Error(`There is no commit ${parent} to start from.`);
    this.#lastSecond += 1;
    const author = options.author ?? 'somebody';
    const person = `${author} <${author}@users.noreply.github.com> ${this.#lastSecond} +0000`;
    const script = Buffer.concat([
      line(`commit ${ref}`),
      line(`author ${person}`),
      line(`committer ${person}`),
      data(`${options.message ?? `Change ${Object.keys(files).join(', ')}`}\n`),
      ...(start === null ? [line('deleteall')] : [line(`from ${start}`)]),
      ...Object.entries(files).map(([path, content]) => fileCommand(path, content)),
      line('done'),
    ]);
    if (start === null) await this.git(['update-ref', '-d', ref]);
    await this.git(['fast-import', '--quiet', '--force', '--done', '--date-format=raw'], script);
    const sha = (await this.sha(ref)) ?? '';
    this.#commits.add(sha);
    return sha;
  }

  async #startOf(branch: string): Promise<string | null> {
    if (await this.sha(`refs/heads/${branch}`)) return `refs/heads/${branch}`;
    return (await this.sha('refs/heads/main')) ? 'refs/heads/main' : null;
  }
}

function pair(text: string): [string, string] {
  const [name = '', value = ''] = text.split(' ');
  return [name, value];
}

function line(text: string): Buffer {
  return Buffer.from(`${text}\n`);
}

function data(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([line(`data ${bytes.length}`), bytes, line('')]);
}

function fileCommand(path: string, content: FileContent): Buffer {
  const quoted = JSON.stringify(path);
  if (content === null) return line(`D ${quoted}`);
  if (typeof content === 'object' && 'mode' in content && content.mode === '160000') {
    return line(`M 160000 ${content.text} ${quoted}`);
  }
  const [mode, bytes] =
    typeof content === 'object' && 'mode' in content ? [content.mode, content.text] : ['100644', content];
  return Buffer.concat([line(`M ${mode} inline ${quoted}`), data(bytes)]);
}
