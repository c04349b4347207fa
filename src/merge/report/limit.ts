import { beginning, bytesOf, cut, visibleLine } from '../../markdown/text.ts';

/** GitHub counts bytes of a check run's text, and characters of a comment, of which one more fits. */
const LONGEST = 65_535;
const LONGEST_TITLE = 250;
const NOTICE = '\n\n(The rest is left out: the text is too long.)';

/** Markdown of lists and paragraphs, whole lines of it, in at most `bytes` bytes; by default what GitHub takes. */
export function withinLimit(markdown: string, bytes = LONGEST): string {
  if (bytesOf(markdown) <= bytes) return markdown;
  const kept = beginning(markdown, bytes - bytesOf(NOTICE));
  return `${kept.slice(0, kept.lastIndexOf('\n'))}${NOTICE}`;
}

/** A reason's sentence as the title of a check run, which is plain text; `ending` is kept where it is cut. */
export function checkTitle(sentence: string, ending = ''): string {
  const plain = visibleLine(sentence.replaceAll('`', '').replace(/\.$/, ''));
  return `${cut(plain, LONGEST_TITLE - bytesOf(ending))}${ending}`;
}
