import type { ReadyCheck } from '../http/ready.ts';
import { docker } from '../plan/sandbox/docker.ts';
import type { Codex } from './codex.ts';

/** A worker that looked for work in this time is alive; it looks at least that often. */
const WORKER_SILENT_MS = 5 * 60_000;

/** What must work before plans can run. */
export function readyChecks({ db, worker, now }: Codex): ReadyCheck[] {
  return [
    {
      name: 'database',
      async check() {
        db.prepare('SELECT 1 FROM jobs LIMIT 1').get();
        return null;
      },
    },
    {
      name: 'worker',
      async check() {
        const { lastTickAt } = worker;
        if (lastTickAt === null) return 'has not started';
        return now() - lastTickAt > WORKER_SILENT_MS ? 'does not look for work' : null;
      },
    },
    {
      name: 'docker',
      async check() {
        await docker(['version', '--format', '{{.Server.Version}}']);
        return null;
      },
    },
  ];
}
