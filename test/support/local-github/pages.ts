/** Lists as GitHub gives them: `per_page` (30, at most 100), `page`, and a Link header. */
import type { ApiRequest, Json } from './http.ts';

export interface Page<Item> {
  readonly items: Item[];
  readonly headers: Readonly<Record<string, string>>;
}

/** `origin` is the API's address. */
export function pageOf<Item>(all: readonly Item[], { url, query }: ApiRequest, origin: string): Page<Item> {
  const size = Math.min(Number(query.get('per_page') ?? 30), 100);
  const number = Number(query.get('page') ?? 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const items = all.slice((number - 1) * size, number * size);
  if (number >= last) return { items, headers: {} };
  const link = (page: number, rel: string) => {
    const target = new URL(url, origin);
    target.searchParams.set('page', String(page));
    return `<${target}>; rel="${rel}"`;
  };
  return { items, headers: { link: `${link(number + 1, 'next')}, ${link(last, 'last')}` } };
}

/** A page whose body is the list itself. */
export function listed(all: readonly Json[], request: ApiRequest, origin: string) {
  const { items, headers } = pageOf(all, request, origin);
  return { status: 200, headers, body: items };
}
