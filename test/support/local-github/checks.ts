/** What emulate forgets of a check run: its buttons, and annotations, which GitHub appends. With GitHub's limits. */
import { z } from 'zod';
import { type ApiAnswer, type ApiRequest, type JsonObject, refused } from './http.ts';

const text = (longest: number) => z.string().max(longest);

const annotation = z.object({
  path: z.string().min(1),
  start_line: z.int().min(1),
  end_line: z.int().min(1),
  start_column: z.int().optional(),
  end_column: z.int().optional(),
  annotation_level: z.enum(['notice', 'warning', 'failure']),
  title: text(255).optional(),
  message: text(65_536).min(1),
  raw_details: text(65_536).optional(),
});
export type ApiAnnotation = z.infer<typeof annotation>;

const action = z.object({ label: text(20), description: text(40), identifier: text(20) });
export type ApiAction = z.infer<typeof action>;

const app = z.object({ id: z.int(), slug: z.string(), name: z.string() });
/** An App that writes check runs. */
export type CheckApp = z.infer<typeof app>;

const written = z.object({
  /** Of an App that is not Codex; this GitHub's own people send it. */
  app: app.optional(),
  output: z
    .object({
      title: z.string(),
      summary: text(65_535),
      text: text(65_535).optional(),
      annotations: z.array(annotation).max(50).default([]),
    })
    .optional(),
  actions: z.array(action).max(3).optional(),
});

interface Kept {
  readonly annotations: ApiAnnotation[];
  actions: ApiAction[];
  /** Null: Codex. */
  app: CheckApp | null;
}

const PATH = /^\/repos\/[^/]+\/[^/]+\/check-runs(?:\/(\d+))?(\/annotations)?$/;

export class Checks {
  readonly #runs = new Map<number, Kept>();

  /** GitHub's refusal of what emulate would take; and the list of annotations. Null: emulate answers. */
  answer(request: ApiRequest): ApiAnswer | null {
    const match = PATH.exec(request.path);
    if (!match) return null;
    if (match[2] && request.method === 'GET')
      return { status: 200, body: this.#page(Number(match[1]), request) };
    if (request.method !== 'POST' && request.method !== 'PATCH') return null;
    const parsed = written.safeParse(request.body);
    return parsed.success ? null : refused(z.prettifyError(parsed.error));
  }

  /** Keeps what a successful write said. */
  observe(request: ApiRequest, answer: ApiAnswer): void {
    if (!PATH.test(request.path) || request.method === 'GET' || answer.status >= 300) return;
    const { id } = z.object({ id: z.int() }).parse(answer.body);
    const { output, actions, app } = written.parse(request.body);
    const kept = this.get(id);
    kept.annotations.push(...(output?.annotations ?? []));
    kept.actions = actions ?? kept.actions;
    kept.app = app ?? kept.app;
    this.#runs.set(id, kept);
  }

  get(id: number): Kept {
    return this.#runs.get(id) ?? { annotations: [], actions: [], app: null };
  }

  #page(id: number, { query }: ApiRequest): JsonObject[] {
    const size = Number(query.get('per_page') ?? 30);
    const start = (Number(query.get('page') ?? 1) - 1) * size;
    return this.get(id)
      .annotations.slice(start, start + size)
      .map((kept): JsonObject => JSON.parse(JSON.stringify(kept)));
  }
}
