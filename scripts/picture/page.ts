/** A page that looks as GitHub shows a pull request: what people and Codex wrote there, and perhaps a check run. */
import { readFileSync } from 'node:fs';
import MarkdownIt from 'markdown-it';
import type { LocalCheckRun } from '../../test/support/local-github/repository.ts';

export interface Shown {
  readonly title: string;
  readonly number: number;
  readonly branch: string;
  readonly state: 'open' | 'merged';
  readonly comments: readonly {
    readonly login: string;
    readonly body: string;
    readonly reactions: string[];
  }[];
  readonly run: LocalCheckRun | null;
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

export function page(shown: Shown): string {
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><body><main>
${heading(shown)}
${shown.comments.map(comment).join('\n')}
${shown.run === null ? '' : checkRun(shown.run)}
</main><script>document.documentElement.dataset.height = document.documentElement.scrollHeight</script>`;
}

function heading({ title, number, branch, state, comments }: Shown): string {
  const [author] = comments;
  const did = state === 'open' ? `<b>${author?.login}</b> wants to merge` : '<b>codex</b> merged';
  return `<h1>${escapeHtml(title)} <span class="number">#${number}</span></h1>
<p class="state"><span class="${state}">${state}</span> ${did} into <code>main</code> from
<code>${escapeHtml(branch)}</code></p>`;
}

const EMOJI: Readonly<Record<string, string>> = { eyes: '👀', rocket: '🚀', '-1': '👎' };

function comment({ login, body, reactions }: Shown['comments'][number]): string {
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
