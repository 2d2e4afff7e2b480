import { expect, test } from 'vitest';
import { k6Command } from './command';

function check(overrides: Partial<Parameters<typeof k6Command>[0]> = {}) {
  return k6Command({
    k6: '/opt/k6',
    script: '/run/phases/load/script.js',
    config: '/run/phases/load/k6.json',
    phase: 'load',
    environment: new Map(),
    secrets: new Map(),
    inherited: {},
    ...overrides,
  });
}

test('the arguments keep k6 quiet, alone and without settings of the machine', () => {
  expect(check().args.join(' ')).toBe(
    'run --quiet --no-color --no-usage-report --summary-mode disabled --no-thresholds --log-output stderr ' +
      '--log-format json --address  --config /run/phases/load/k6.json --out benchwright -- /run/phases/load/script.js',
  );
});

test('the environment is what is needed and nothing else', () => {
  const inherited = {
    PATH: '/bin',
    HOME: '/home/me',
    K6_OUT: 'json',
    K6_WEB_DASHBOARD: 'true',
    HTTP_PROXY: 'http://proxy',
    https_proxy: 'http://proxy',
    NODE_OPTIONS: '--inspect',
    GOGC: 'off',
    TMPDIR: '/tmp',
  };
  expect(check({ inherited }).env).toEqual({
    TMPDIR: '/tmp',
    GOGC: '400',
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
    K6_NO_USAGE_REPORT: 'true',
    BENCHWRIGHT_PHASE: 'load',
  });
});

test('records come every second unless somebody watches more closely', () => {
  expect(check({ recordEveryMs: 250 }).env['BENCHWRIGHT_PERIOD']).toBe('250ms');
});

test('values from outside cannot steer k6, whatever their names', () => {
  const { env, args } = check({
    environment: new Map([
      ['HTTP_PROXY', 'http://x'],
      ['K6_OUT', 'json'],
    ]),
    secrets: new Map([['TOKEN', 'hidden']]),
  });
  expect(env['HTTP_PROXY']).toBeUndefined();
  expect(env['K6_OUT']).toBeUndefined();
  expect(env['BENCHWRIGHT_ENV_HTTP_PROXY']).toBe('http://x');
  expect(env['BENCHWRIGHT_SECRET_TOKEN']).toBe('hidden');
  expect(args.join(' ')).not.toContain('hidden');
});

test('remote write is a second output, with the run and the phase as tags', () => {
  const remoteWrite = {
    url: 'http://127.0.0.1:5/word/api/v1/write',
    form: 'percentiles',
    run: 'r1',
  } as const;
  const { args, env } = check({ remoteWrite });
  expect(args.join(' ')).toContain(
    '--out benchwright --out experimental-prometheus-rw --tag run=r1 --tag phase=load -- ',
  );
  expect(args.join(' ')).not.toContain('word');
  expect(env).toMatchObject({
    K6_PROMETHEUS_RW_SERVER_URL: 'http://127.0.0.1:5/word/api/v1/write',
    K6_PROMETHEUS_RW_TREND_STATS: 'p(50),p(95),p(99),min,max,count',
  });
  expect(check({ remoteWrite: { ...remoteWrite, form: 'histograms' } }).env).toMatchObject({
    K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM: 'true',
  });
});
