/**
 * One requirement in the words of PEP 508. Only lines that fit the pattern reach pip or uv: a line can name a
 * package, versions and a marker, and can never be an option, a path or a URL that has something built.
 */

export interface Requirement {
  /** Normalised as PEP 503 says. */
  readonly name: string;
  readonly extras: readonly string[];
  /** The line for pip. */
  readonly line: string;
}

/** `project`: the repository itself (`.`, `-e .[test]`). `refused`: why, in words for the report. */
type Parsed =
  | { readonly kind: 'requirement'; readonly requirement: Requirement }
  | { readonly kind: 'project'; readonly extras: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: string };

const NAME = '[A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?';
const VERSION = '(?:===|[<>=!~]=|[<>])\\s{0,9}[A-Za-z0-9.*+!_-]{1,100}';
const VERSIONS = `${VERSION}(?:\\s{0,9},\\s{0,9}${VERSION}){0,20}`;
const LINE = new RegExp(
  `^(${NAME})\\s{0,9}(?:\\[([A-Za-z0-9._,\\s-]{0,300})\\])?\\s{0,9}(?:\\(\\s{0,9}(${VERSIONS})\\s{0,9}\\)|(${VERSIONS}))?\\s{0,9}(?:;(.{1,8000}))?$`,
);
/** The alphabet of PEP 508 markers. */
const MARKER = /^[A-Za-z0-9_.<>=!~'"()+\-*, ]+$/;

/** Reads one requirement as it stands in a file or a list; never throws. */
export function parseRequirement(text: string): Parsed {
  const line = text.trim();
  const project = /^(?:(?:-e|--editable)[\s=]+)?(?:file:)?\.\/?(?:\[([A-Za-z0-9._,\s-]*)\])?$/.exec(line);
  if (project) return { kind: 'project', extras: splitExtras(project[1]) };
  const match = LINE.exec(line);
  const marker = match?.[5]?.trim();
  if (!match?.[1] || (marker !== undefined && !MARKER.test(marker))) return refuse(line);
  const name = normalizeName(match[1]);
  const extras = splitExtras(match[2]);
  const versions = (match[3] ?? match[4] ?? '').replaceAll(/\s/g, '');
  return {
    kind: 'requirement',
    requirement: { name, extras, line: formatRequirement(name, extras, versions, marker) },
  };
}

export function formatRequirement(
  name: string,
  extras: readonly string[],
  versions: string,
  marker = '',
): string {
  const extra = extras.length > 0 ? `[${extras.join(',')}]` : '';
  return `${name}${extra}${versions}${marker ? ` ; ${marker}` : ''}`;
}

export function normalizeName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[-_.]+/g, '-');
}

function splitExtras(text: string | undefined): string[] {
  return (text ?? '').split(',').map(normalizeName).filter(Boolean);
}

function refuse(line: string): Parsed {
  const shown = line.length > 120 ? `${line.slice(0, 120)}…` : line;
  if (/^-/.test(line)) return { kind: 'refused', reason: `the option \`${shown}\` is not followed` };
  if (/:\/\/|@\s|^git\+/.test(line)) {
    return {
      kind: 'refused',
      reason: `\`${shown}\` is a URL: only packages from the operator's index are installed`,
    };
  }
  if (/^\.{0,2}\//.test(line))
    return { kind: 'refused', reason: `\`${shown}\` is a path: only packages of the index are installed` };
  return { kind: 'refused', reason: `\`${shown}\` is not a requirement` };
}
