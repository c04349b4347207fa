import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { ConfigError, parseConfig, parseLocalConfig } from '../src/config.ts';

const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString();

const complete = {
  APP_ID: '12345',
  PRIVATE_KEY: privateKey,
  CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET: 'a-secret-of-sixteen-characters',
};

function mistakesOf(env: Record<string, string>): readonly string[] {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

describe('the environment becomes one configuration', () => {
  test('with nothing but the required variables, everything else has its default', () => {
    const config = parseConfig(complete);
    expect(config.github.apiUrl).toBe('https://api.github.com');
    expect(config.sandboxImage).toBe('ghcr.io/trading-bot/codex-sandbox:latest');
    expect(config.http).toEqual({ host: '127.0.0.1', port: 3000, webhookProxy: null });
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('a private key may have its line breaks written as \\n', () => {
    const config = parseConfig({ ...complete, PRIVATE_KEY: privateKey.replaceAll('\n', '\\n') });
    expect(config.github.auth.type).toBe('app');
  });

  test('one token takes the place of the App', () => {
    const { APP_ID: _, PRIVATE_KEY: __, ...rest } = complete;
    const config = parseConfig({ ...rest, CODEX_WORKER_GITHUB_TOKEN: 'ghs_0123456789abcdef0123' });
    expect(config.github.auth.type).toBe('token');
  });

  test('`old,new` gives two secrets while they are rotated', () => {
    const secrets = 'first-secret-of-sixteen, second-secret-of-sixteen';
    const config = parseConfig({ ...complete, CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET: secrets });
    expect(config.github.webhookSecrets.map((secret) => secret.reveal())).toEqual(secrets.split(', '));
  });

  test.each([
    [undefined, { type: 'embedded' }],
    ['/etc/codex/flags.json', { type: 'file', path: '/etc/codex/flags.json' }],
    ['flagd://flags.internal:9015', { type: 'flagd', address: 'flags.internal:9015' }],
    ['flagd://flags.internal', { type: 'flagd', address: 'flags.internal:8015' }],
    ['flagd://[::1]:9015', { type: 'flagd', address: '[::1]:9015' }],
  ])('flags come from %s', (value, provider) => {
    const env = value === undefined ? complete : { ...complete, CODEX_OPENFEATURE_PROVIDER: value };
    expect(parseConfig(env).flags.provider).toEqual(provider);
  });

  test.each([
    'https://flags.internal',
    'flagd://',
    'flagd://name:password@flags.internal',
    'flagd://flags/set',
  ])('flags do not come from %s', (value) => {
    expect(mistakesOf({ ...complete, CODEX_OPENFEATURE_PROVIDER: value })).toEqual([
      'CODEX_OPENFEATURE_PROVIDER: must be the path of a file or flagd://host:port',
    ]);
  });

  test('an empty variable is an unset one', () => {
    expect(parseConfig({ ...complete, PORT: '' }).http.port).toBe(3000);
  });

  test('codexctl needs nothing of GitHub', () => {
    const env = { CODEX_WORKER_CONCURRENCY: '3', CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET: '' };
    expect(parseLocalConfig(env).concurrency).toBe(3);
  });
});

describe('billing', () => {
  const billing = {
    CODEX_GATEWAY_STRIPE_WEBHOOK_SECRET: 'whsec_0123456789abcdef',
    CODEX_BILLING_STRIPE_API_KEY: 'rk_test_0123456789abcdef',
    CODEX_BILLING_PLANS: 'none=0/1, team=600/2,pro=unlimited/8',
    CODEX_PUBLIC_URL: 'https://codex.acme.dev/',
  };

  test('is off by default', () => {
    expect(parseConfig(complete).stripe).toEqual({ webhookSecrets: [], billing: null });
    expect(parseLocalConfig({}).stripe.billing).toBeNull();
  });

  test('is on with an API key and what belongs to it', () => {
    expect(parseConfig({ ...complete, ...billing }).stripe.billing).toMatchObject({
      apiUrl: 'https://api.stripe.com',
      publicUrl: 'https://codex.acme.dev',
      plans: [
        { key: 'none', minutes: 0, concurrency: 1 },
        { key: 'team', minutes: 600, concurrency: 2 },
        { key: 'pro', minutes: null, concurrency: 8 },
      ],
      meterEvent: null,
      graceMs: 7 * 24 * 60 * 60_000,
    });
  });

  test('names everything that is missing beside the key', () => {
    const { CODEX_BILLING_STRIPE_API_KEY } = billing;
    expect(mistakesOf({ ...complete, CODEX_BILLING_STRIPE_API_KEY })).toEqual([
      'CODEX_GATEWAY_STRIPE_WEBHOOK_SECRET: is required with CODEX_BILLING_STRIPE_API_KEY',
      'CODEX_BILLING_PLANS: is required with CODEX_BILLING_STRIPE_API_KEY',
      'CODEX_PUBLIC_URL: is required with CODEX_BILLING_STRIPE_API_KEY',
    ]);
  });

  test.each(['team', 'team=600', 'team=600/0', 'team=-1/2', 'team=6e2/2', 'a=1/1,a=2/2', 'a b=1/1', ''])(
    'plans are not written %j',
    (plans) => {
      const env = { ...complete, ...billing, CODEX_BILLING_PLANS: plans };
      expect(mistakesOf(env)).toEqual([expect.stringMatching(/^CODEX_BILLING_PLANS: /)]);
    },
  );
});

describe('alerts of TradingView', () => {
  const SECRETS = 'first-secret-of-sixteen,second-secret-of-sixteen';

  test('are off without a secret', () => {
    expect(parseConfig(complete).tradingview.secrets).toEqual([]);
  });

  test('come from whoever has a token, unless something is required', () => {
    const config = parseConfig({ ...complete, CODEX_GATEWAY_TRADINGVIEW_WEBHOOK_SECRET: SECRETS });
    expect(config.tradingview).toMatchObject({
      sources: [],
      requireClientCertificate: false,
      trustedProxies: [],
    });
    expect(config.tradingview.secrets.map((secret) => secret.reveal())).toEqual(SECRETS.split(','));
  });

  test('may be taken from some addresses only, with a certificate that a proxy verified', () => {
    const config = parseConfig({
      ...complete,
      CODEX_GATEWAY_TRADINGVIEW_SOURCES: '52.89.214.238, 2001:db8::/32',
      CODEX_GATEWAY_TRADINGVIEW_CLIENT_CERTIFICATE: 'required',
      CODEX_GATEWAY_TRUSTED_PROXIES: '10.0.0.0/8,::1',
    });
    expect(config.tradingview).toEqual({
      secrets: [],
      sources: ['52.89.214.238', '2001:db8::/32'],
      requireClientCertificate: true,
      trustedProxies: ['10.0.0.0/8', '::1'],
    });
  });

  test('with a certificate need a proxy that verifies it', () => {
    const env = { ...complete, CODEX_GATEWAY_TRADINGVIEW_CLIENT_CERTIFICATE: 'required' };
    expect(mistakesOf(env)).toEqual([expect.stringMatching(/^CODEX_GATEWAY_TRUSTED_PROXIES: is required/)]);
  });

  test.each(['example.com', '10.0.0.0/33', '10.0.0.1/', '10.0.0.1,,10.0.0.2', '::/129', '300.1.1.1'])(
    'networks are not written %j',
    (list) => {
      const mistakes = mistakesOf({ ...complete, CODEX_GATEWAY_TRUSTED_PROXIES: list });
      expect(mistakes).toEqual([expect.stringMatching(/^CODEX_GATEWAY_TRUSTED_PROXIES: must be addresses/)]);
    },
  );
});

describe('what is missing or malformed is named, all of it at once, and never its value', () => {
  test('nothing set', () => {
    expect(mistakesOf({})).toEqual([
      'CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET: is required',
      'APP_ID: is required (or CODEX_WORKER_GITHUB_TOKEN)',
      'PRIVATE_KEY: is required, or PRIVATE_KEY_PATH (or CODEX_WORKER_GITHUB_TOKEN)',
    ]);
  });

  test('several malformed variables', () => {
    const wrong = {
      APP_ID: 'swordfish-app',
      PRIVATE_KEY: 'swordfish-key',
      CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET: 'swordfish',
      PORT: 'swordfish-port',
      LOG_LEVEL: 'swordfish-level',
      GITHUB_API_URL: 'swordfish://url',
    };
    const mistakes = mistakesOf(wrong);
    for (const name of Object.keys(wrong)) {
      expect(mistakes.filter((mistake) => mistake.startsWith(`${name}:`))).toHaveLength(1);
    }
    expect(mistakes.join()).not.toContain('swordfish');
    expect(mistakes).toContain('PORT: must be a whole number from 0 to 65535');
    expect(mistakes).toContain('LOG_LEVEL: must be one of trace, debug, info, warn, error, fatal, silent');
  });

  test("Probot's default secret is refused", () => {
    const mistakes = mistakesOf({ ...complete, CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET: 'development' });
    expect(mistakes).toEqual([
      'CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET: each secret must have at least 16 characters',
    ]);
  });

  test('a third secret: two are enough to change one for another', () => {
    const three = 'a-secret-that-was,a-secret-that-is,a-secret-to-come';
    expect(mistakesOf({ ...complete, CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET: three })).toEqual([
      'CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET: must be one secret, or two as old,new',
    ]);
  });

  test('a package index with a password: sandboxes would see it', () => {
    expect(
      mistakesOf({ ...complete, CODEX_WORKER_INDEX_URL: 'https://user:swordfish@index.example/simple' }),
    ).toEqual(['CODEX_WORKER_INDEX_URL: must not carry a user name or password']);
  });

  test('a key file that is not there', () => {
    const { PRIVATE_KEY: _, ...rest } = complete;
    expect(mistakesOf({ ...rest, PRIVATE_KEY_PATH: '/nowhere/key.pem' })).toEqual([
      'PRIVATE_KEY_PATH: is not a readable PEM private key',
    ]);
  });

  test('printing a configuration shows no secret', () => {
    const config = parseConfig(complete);
    for (const text of [
      inspect(config, { depth: 9 }),
      JSON.stringify(config),
      `${config.github.webhookSecrets}`,
    ]) {
      expect(text).toContain('[redacted]');
      expect(text).not.toContain(complete.CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET);
      expect(text).not.toContain('BEGIN RSA');
    }
  });
});
