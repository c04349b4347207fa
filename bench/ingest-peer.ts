/** The peer: Probot's own server with an empty handler and nothing durable, not even logging its requests. */
import { generateKeyPairSync } from 'node:crypto';
import { pino } from 'pino';
import { Probot, Server } from 'probot';

async function serve({ secret }: { secret: string }): Promise<number> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const server = new Server({
    Probot: Probot.defaults({ appId: 1, privateKey, secret }),
    log: pino({ level: 'warn' }),
    host: '127.0.0.1',
    // Text, because Probot takes the number 0 for "not set".
    port: '0' as unknown as number,
    webhookPath: '/webhooks/github',
  });
  await server.load((app) => {
    app.on('issue_comment', () => {});
  });
  await server.start();
  return server.port;
}

process.once('message', async (order: { secret: string }) => {
  process.send?.({ port: await serve(order) });
});
