/** The few plain pages of billing: they need no script, load nothing, and read well aloud. Pure. */

export interface Page {
  readonly status: number;
  readonly title: string;
  /** Paragraphs of plain text. */
  readonly text: readonly string[];
  /** Addresses by what they are called. */
  readonly links?: ReadonlyMap<string, string>;
}

export const DONE: Page = {
  status: 200,
  title: 'Thank you',
  text: [
    'Stripe tells Codex what you bought or changed within a few seconds.',
    'Where Codex refused a command, go back to the pull request then and give it again. You can close this page.',
  ],
};

export const CANCELED: Page = {
  status: 200,
  title: 'Nothing was bought',
  text: ['You left the checkout before its end. The link you came from still works until it expires.'],
};

const NEW_LINK =
  'To subscribe, /codex status on a pull request gives a new one; to manage a subscription, the operator of this Codex does.';

export const INVALID_LINK: Page = {
  status: 403,
  title: 'This link is not valid',
  text: ['It is incomplete or was changed.', NEW_LINK],
};

export const EXPIRED_LINK: Page = {
  status: 410,
  title: 'This link has expired',
  text: ['Links work for one day.', NEW_LINK],
};

export const UNAVAILABLE: Page = {
  status: 503,
  title: 'Stripe does not answer',
  text: ['Nothing was bought. Load this page again in a few minutes.'],
};

export const ALREADY_SUBSCRIBED: Page = {
  status: 409,
  title: 'There is a subscription already',
  text: [
    'A second one would be paid beside it.',
    'Whoever manages it gets a link to its payments and invoices from the operator of this Codex.',
  ],
};

export const NOTHING_TO_MANAGE: Page = {
  status: 404,
  title: 'There is no subscription yet',
  text: ['This account has never subscribed to Codex, so there is nothing to manage.'],
};

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function renderPage({ title, text, links = new Map() }: Page): string {
  const paragraphs = text.map((paragraph) => `<p>${escaped(paragraph)}</p>`);
  const items = [...links].map(([name, url]) => `<li><a href="${escaped(url)}">${escaped(name)}</a></li>`);
  const list = items.length > 0 ? [`<ul>${items.join('')}</ul>`] : [];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)} · Codex</title>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${[...paragraphs, ...list].join('\n')}
</main>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
