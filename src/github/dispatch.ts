import type { Octokit, RepositoryName } from './client.ts';

export interface Dispatch {
  /** What workflows are started on by `on: repository_dispatch: types: […]`. */
  readonly event: string;
  /** `github.event.client_payload`: at most ten entries at its top. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Starts workflows of the default branch. GitHub tells neither which, nor whether there is one. */
export async function dispatchWorkflows(
  octokit: Octokit,
  name: RepositoryName,
  { event, payload }: Dispatch,
): Promise<void> {
  await octokit.rest.repos.createDispatchEvent({
    ...name,
    event_type: event,
    client_payload: { ...payload },
  });
}
