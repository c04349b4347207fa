/** Codex as a process: its configuration, its log, the signals that end it. Importing this starts it. */

import { type Config, ConfigError, parseConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { startServer } from './server.ts';

function configOrExit(): Config {
  try {
    return parseConfig(process.env);
  } catch (error) {
    return exitIfMisconfigured(error);
  }
}

/** An operator's mistake is told in words; anything else is thrown on. */
function exitIfMisconfigured(error: unknown): never {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n${error.next}\n`);
  process.exit(1);
}

const config = configOrExit();
const log = createLog(config.logLevel);

// What nobody expected ends the process, as Node would, but through the log: that takes secrets out.
process.on('uncaughtException', (error) => {
  log.fatal({ err: error }, 'Codex ends; the next process goes on from the database');
  process.exit(1);
});

const codex = await startServer(config, log).catch(exitIfMisconfigured);

let told = false;
for (const name of ['SIGTERM', 'SIGINT'] as const) {
  process.on(name, async () => {
    const graceMs = told ? 0 : config.stopGraceMs;
    told = true;
    log.info(
      { signal: name, graceMs },
      'stopping: running plans get a grace time, which a second signal ends',
    );
    await codex.stop(graceMs);
    process.exit(0);
  });
}
