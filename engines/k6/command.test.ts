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
