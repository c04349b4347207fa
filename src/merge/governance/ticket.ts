/** Head branches by their templates, and the ticket that a branch's name carries. Pure. */
import type { RepositoryConfig } from '../../repository/config.ts';

type Governance = RepositoryConfig['governance'];

const TICKET = String.raw`[A-Z][A-Z0-9]+-\d+|\d+`;
const SLUG = '[a-z0-9]+(?:-[a-z0-9]+)*';
/** What is probably a ticket, in small letters too; the words that people put before a bare number are no part of it. */
const WRITTEN_TICKET =
  /(?<![a-z0-9])(?:(?!(?:bug|feat|feature|fix|gh|hotfix|issue|pr|release)-)[a-z][a-z0-9]+-\d+|\d+)(?![a-z0-9])/i;
/** Where no ticket is known. */
const PLACEHOLDER = 'TICKET';

/** Whether the head branch is named as one of the templates asks. */
export function isNamedRight(headRef: string, { branches }: Pick<Governance, 'branches'>): boolean {
  return branches.some((template) => patternOf(template).test(headRef));
}

/** The ticket in the name of a head branch; null where no template fits. */
export function ticketOf(headRef: string, { branches }: Pick<Governance, 'branches'>): string | null {
  for (const template of branches) {
    const ticket = patternOf(template).exec(headRef)?.groups?.ticket;
    if (ticket !== undefined) return ticket;
  }
  return null;
}

/** Where the ticket is found; null where the configuration does not say. */
export function ticketLink(ticket: string, config: Pick<Governance, 'ticket_link'>): string | null {
  return config.ticket_link?.replaceAll('{ticket}', () => ticket) ?? null;
}

/** A right name in place of `headRef`, with the ticket that it or the title mentions; else with `TICKET`. */
export function suggestedBranch(
  headRef: string,
  title: string,
  { branches }: Pick<Governance, 'branches'>,
): string {
  const mentioned = WRITTEN_TICKET.exec(headRef) ?? WRITTEN_TICKET.exec(title);
  const ticket = mentioned?.[0].toUpperCase() ?? PLACEHOLDER;
  const template = branches.find((branch) => !branch.includes('{slug}')) ?? branches[0] ?? '{ticket}';
  return template.replace('{ticket}', () => ticket).replace('{slug}', () => slugOf(title));
}

function slugOf(title: string): string {
  const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? ['change'];
  return words.slice(0, 5).join('-').slice(0, 40).replace(/-$/, '');
}

function patternOf(template: string): RegExp {
  const parts = template.split(/(\{ticket\}|\{slug\})/).map((part) => {
    if (part === '{ticket}') return `(?<ticket>${TICKET})`;
    return part === '{slug}' ? SLUG : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}
