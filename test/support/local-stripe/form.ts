/** The form encoding of Stripe's API v1: `line_items[0][price]=…`. */

export type Form = string | { [key: string]: Form };

export function parseForm(text: string): Record<string, Form> {
  const form: Record<string, Form> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.split(/[[\]]+/).filter((part) => part !== '');
    put(form, path, value);
  }
  return form;
}

/** The text under a key, or null. */
export function textAt(form: Form | undefined, ...path: string[]): string | null {
  const found = path.reduce<Form | undefined>(
    (inner, key) => (typeof inner === 'object' ? inner[key] : undefined),
    form,
  );
  return typeof found === 'string' ? found : null;
}

/** The texts under a key that holds an object or a list. */
export function textsAt(form: Form | undefined, key: string): Record<string, string> {
  const found = typeof form === 'object' ? form[key] : undefined;
  const entries = typeof found === 'object' ? Object.entries(found) : [];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function put(form: Record<string, Form>, [key = '', ...rest]: string[], value: string): void {
  if (rest.length === 0) {
    form[key] = value;
    return;
  }
  const inner = form[key];
  const next = typeof inner === 'object' ? inner : {};
  form[key] = next;
  put(next, rest, value);
}
