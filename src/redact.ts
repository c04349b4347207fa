/**
 * What is secret: the values this process was given (`Secret` registers itself) and what looks like a credential
 * of GitHub, Stripe, HTTP or our own making, whoever printed it. Every repetition that could start anywhere is
 * bounded: hostile text must not make a pattern quadratic. Before a credential there may be a line end as JSON writes
 * it, `\n`, whose letter is no part of it: `\b` would not do.
 */
const CREDENTIALS = [
  /(?<=^|[^A-Za-z0-9]|\\[bfnrt])gh[pousr]_[A-Za-z0-9_.-]{16,}/g,
  /github_pat_[A-Za-z0-9_]{20,}/g,
  /(?<=^|[^A-Za-z0-9]|\\[bfnrt])(?:sk|rk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,}/g,
  /tv1\.[A-Za-z0-9_-]{1,200}\.[A-Za-z0-9_-]{1,140}\.[A-Za-z0-9_-]{43}/g,
  /eyJ[A-Za-z0-9_-]{8,200}\.[A-Za-z0-9_-]{8,8192}\.[A-Za-z0-9_-]{8,}/g,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,8192}?-----END [A-Z ]{0,40}PRIVATE KEY-----/g,
  /(?<=(?:authorization|proxy-authorization)"?\s{0,4}[:=]\s{0,4}"?(?:basic|bearer|token)\s{1,4})[^\s"',]+/gi,
  /(?<=\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+(?=@)/gi,
];

/** The longest first: one may hold another, whose place would give the rest away. */
let known: readonly string[] = [];

/** A value that prints, serialises and inspects as `[redacted]`; `reveal()` is the only way to its text. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    const lines = [value, ...value.split('\n')].filter((line) => line.length >= 8);
    const all = new Set([...known, ...lines, ...lines.map(asJson)]);
    known = [...all].sort((one, other) => other.length - one.length);
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

/** As it stands within a text of JSON. */
function asJson(line: string): string {
  return JSON.stringify(line).slice(1, -1);
}

/** `text` with every known secret and everything that looks like a credential replaced by `[redacted]`. */
export function redact(text: string): string {
  let clean = text;
  for (const value of known) if (clean.includes(value)) clean = clean.replaceAll(value, '[redacted]');
  for (const pattern of CREDENTIALS) clean = clean.replace(pattern, '[redacted]');
  return clean;
}
