/** Poetry's version constraints (`^1.2`, `~1.2`, `1.2.*`, `*`) in PEP 440's words. */

/** `''`: any version. Alternatives (`||`) have no equivalent and are left open. */
export function poetryVersions(constraint: string): string {
  if (constraint.includes('|')) return '';
  return constraint
    .split(',')
    .map((part) => one(part.trim()))
    .filter(Boolean)
    .join(',');
}

function one(part: string): string {
  if (part === '' || part === '*') return '';
  const range = /^([\^~])\s*v?(\d+(?:\.\d+)*)(.*)$/.exec(part);
  if (range?.[1] && range[2] && !part.startsWith('~=')) {
    const numbers = range[2].split('.').map(Number);
    const fixed = range[1] === '^' ? caretFixed(numbers) : Math.min(2, numbers.length);
    return `>=${range[2]}${range[3] ?? ''},<${above(numbers, fixed)}`;
  }
  return /^[<>=!~]/.test(part) ? part : `==${part}`;
}

/** How many leading numbers may not change: up to the first that is not zero. */
function caretFixed(numbers: readonly number[]): number {
  const first = numbers.findIndex((number) => number !== 0);
  return first === -1 ? numbers.length : first + 1;
}

function above(numbers: readonly number[], fixed: number): string {
  return numbers
    .slice(0, fixed)
    .map((number, index) => (index === fixed - 1 ? number + 1 : number))
    .join('.');
}
