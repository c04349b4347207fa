/** deploy/compose.yaml as arguments of `docker run`: what it asks for is what the test starts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const COMPOSE_FILE = join(import.meta.dirname, '../../deploy/compose.yaml');

const seconds = z.templateLiteral([z.int(), 's']).transform((text) => Number.parseInt(text, 10));

/** Strict: a key that nobody translates here would not be tested. */
const service = z.strictObject({
  build: z.literal('..'),
  image: z.string(),
  restart: z.literal('unless-stopped'),
  init: z.boolean(),
  env_file: z.literal('../.env'),
  environment: z.record(z.string(), z.string()),
  ports: z.array(z.string().startsWith('127.0.0.1:')),
  volumes: z.array(z.string()),
  group_add: z.array(z.string()),
  read_only: z.boolean(),
  tmpfs: z.array(z.string()),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  stop_grace_period: seconds,
});
type Service = z.infer<typeof service>;

const file = z.strictObject({
  name: z.string(),
  services: z.strictObject({ codex: service }),
  volumes: z.record(z.string(), z.null()),
});

/** The service `codex`. Throws where the file has a key that `runArguments` does not know. */
export function readService(): Service {
  return file.parse(parse(readFileSync(COMPOSE_FILE, 'utf8'))).services.codex;
}

/** Named volumes get `prefix`, as compose gives them the project's name; ports are left to the caller. */
export function runArguments(given: Service, prefix: string, socketGroup: number): string[] {
  const each = (flag: string, values: readonly string[]) => values.flatMap((value) => [flag, value]);
  const environment = Object.entries(given.environment).map(([name, value]) => `${name}=${value}`);
  const volumes = given.volumes.map((volume) => (volume.startsWith('/') ? volume : `${prefix}${volume}`));
  return [
    ...(given.init ? ['--init'] : []),
    ...(given.read_only ? ['--read-only'] : []),
    ...each('--env', environment),
    ...each('--volume', volumes),
    ...each(
      '--group-add',
      given.group_add.map((group) => (group.startsWith('$') ? String(socketGroup) : group)),
    ),
    ...each('--tmpfs', given.tmpfs),
    ...each('--cap-drop', given.cap_drop),
    ...each('--security-opt', given.security_opt),
  ];
}
