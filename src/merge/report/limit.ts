import { beginning, bytesOf, cut, visibleLine } from '../../markdown/text.ts';

/** GitHub counts bytes of a check run's text, and characters of a comment, of which one more fits. */
const LONGEST = 65_535;
const LONGEST_TITLE = 250;
const NOTICE = '\n\n(The rest is left out: GitHub takes no longer text.)';

/** Markdown of lists and paragraphs, whole lines of it, in as much as GitHub takes. */
export function withinLimit(markdown: string): string {
  if (bytesOf(markdown) <= LONGEST) return markdown;
  const kept = beginning(markdown, LONGEST - bytesOf(NOTICE));
  return `${kept.slice(0, kept.lastIndexOf('\n'))}${NOTICE}`;
}

/** A reason's sentence as the title of a check run, which is plain text; `ending` is kept where it is cut. */
export function checkTitle(sentence: string, ending = ''): string {
  const plain = visibleLine(sentence.replaceAll('`', '').replace(/\.$/, ''));
  return `${cut(plain, LONGEST_TITLE - bytesOf(ending))}${ending}`;
}
