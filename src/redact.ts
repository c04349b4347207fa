/**
 * What is secret: the values this process was given (`Secret` registers itself) and what looks like a credential
 * of GitHub, Stripe, HTTP or our own making, whoever printed it. Every repetition that could start anywhere is bounded: hostile
 * text must not make a pattern quadratic.
 */
const CREDENTIALS = [
  /\bgh[pousr]_[A-Za-z0-9]{16,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\b(?:sk|rk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,}/g,
  /\btv1\.[A-Za-z0-9_-]{1,200}\.[A-Za-z0-9_-]{1,140}\.[A-Za-z0-9_-]{43}/g,
  /\beyJ[A-Za-z0-9_-]{8,200}\.[A-Za-z0-9_-]{8,8192}\.[A-Za-z0-9_-]{8,}/g,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,8192}?-----END [A-Z ]{0,40}PRIVATE KEY-----/g,
  /(?<=\b(?:authorization|proxy-authorization)"?\s{0,4}[:=]\s{0,4}"?(?:basic|bearer|token)\s{1,4})[^\s"',]+/gi,
  /(?<=\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+(?=@)/gi,
];

const known = new Set<string>();

/** A value that prints, serialises and inspects as `[redacted]`; `reveal()` is the only way to its text. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    for (const line of [value, ...value.split('\n')]) if (line.length >= 8) known.add(line);
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[redacted]';
  }
}

/** `text` with every known secret and everything that looks like a credential replaced by `[redacted]`. */
export function redact(text: string): string {
  let clean = text;
  for (const value of known) if (clean.includes(value)) clean = clean.replaceAll(value, '[redacted]');
  for (const pattern of CREDENTIALS) clean = clean.replace(pattern, '[redacted]');
  return clean;
}
