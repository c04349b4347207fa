/** Strangers' text in a commit: no control characters, nothing that turns or hides what a reader sees. */
const CONTROL = /[[\p{Cc}]--[\n\t]]/gv;
/** Bidirectional marks and invisible characters; joiners stay, emoji are made with them. */
const HIDDEN = /[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
/** Where `git interpret-trailers` and `git am` believe that the message ends. */
const DIVIDER = /^---(?=\s|$)/gm;

/** `text` as one line. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ').trim().replace(DIVIDER, '—');
}

/** `text` with its lines, which end with `\n`. */
export function cleanText(text: string): string {
  const lines = text.toWellFormed().replace(/\r\n?/g, '\n');
  return lines.replace(CONTROL, '').replace(HIDDEN, '');
}

/** `text` with every line indented at which git would take the message for ended. */
export function withoutDividers(text: string): string {
  return text.replace(DIVIDER, ' ---');
}
