/** Pages that look as GitHub shows a pull request: what people and Codex wrote there, and a check run. */
import { readFileSync } from 'node:fs';
import MarkdownIt from 'markdown-it';
import type { LocalCheckRun } from '../../test/support/local-github/repository.ts';

interface Conversation {
  readonly title: string;
  readonly number: number;
  readonly branch: string;
  readonly state: 'open' | 'merged';
  readonly comments: readonly {
    readonly login: string;
    readonly body: string;
    readonly reactions: string[];
  }[];
}

const STYLE = [
  import.meta.resolve('github-markdown-css/github-markdown-light.css'),
  import.meta.resolve('./page.css'),
]
  .map((url) => readFileSync(new URL(url), 'utf8'))
  .join('\n');

/** The markdown is that of our own demo, so its HTML may stand. */
const markdown = new MarkdownIt({ html: true, linkify: true });
const { escapeHtml } = markdown.utils;

export function conversationPage(shown: Conversation): string {
  return page(`${heading(shown)}\n${shown.comments.map(comment).join('\n')}`);
}

export function checkRunPage(run: LocalCheckRun): string {
  return page(checkRun(run));
}

function page(content: string): string {
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><body><main>
${content}
</main><script>document.documentElement.dataset.height = document.documentElement.scrollHeight</script>`;
}

function heading({ title, number, branch, state, comments }: Conversation): string {
  const [author] = comments;
  const did = state === 'open' ? `<b>${author?.login}</b> wants to merge` : '<b>codex</b> merged';
  return `<h1>${escapeHtml(title)} <span class="number">#${number}</span></h1>
<p class="state"><span class="${state}">${state}</span> ${did} into <code>main</code> from
<code>${escapeHtml(branch)}</code></p>`;
}

const EMOJI: Readonly<Record<string, string>> = { eyes: '👀', rocket: '🚀', '-1': '👎' };

function comment({ login, body, reactions }: Conversation['comments'][number]): string {
  const [name, bot] = login.split('[');
  const label = bot ? ' <span class="label">bot</span>' : '';
  const counted = reactions.map((content) => `<span class="reaction">${EMOJI[content]} 1</span>`).join('');
  return `<section class="comment${bot ? ' bot' : ''}"><div class="avatar">${name?.[0]}</div><div class="box">
<header><b>${name}</b>${label} commented</header>
<div class="markdown-body">${markdown.render(body)}</div>${counted && `<footer>${counted}</footer>`}</div></section>`;
}

function checkRun({ name, conclusion, output, annotations }: LocalCheckRun): string {
  return `<section class="box check"><header class="${conclusion}"><i></i><b>${name}</b> ${conclusion}</header>
<div class="markdown-body"><h2>${escapeHtml(output.title ?? '')}</h2>
${markdown.render(output.summary ?? '').replace('<details>', '<details open>')}</div>
<h3>Annotations</h3>${annotations.map(annotation).join('\n')}</section>`;
}

function annotation({
  path,
  start_line,
  annotation_level,
  title,
  message,
}: LocalCheckRun['annotations'][number]) {
  return `<div class="annotation ${annotation_level}"><div class="place"><i></i>Check ${annotation_level} on line
${start_line} in <a>${escapeHtml(path)}</a></div><b>${escapeHtml(title ?? '')}</b><pre>${escapeHtml(message)}</pre></div>`;
}
