import { startServer } from './composition/server.ts';
import { type Config, ConfigError, parseConfig } from './config.ts';
import { createLog } from './log.ts';

function configOrExit(): Config {
  try {
    return parseConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\nSee .env.example and docs/operating.md.\n`);
    process.exit(1);
  }
}

const config = configOrExit();
const log = createLog(config.logLevel);
const codex = await startServer(config, log);

for (const name of ['SIGTERM', 'SIGINT'] as const) {
  process.once(name, async () => {
    log.info({ signal: name }, 'stopping: running plans get a grace time');
    await codex.stop(config.stopGraceMs);
    process.exit(0);
  });
}
