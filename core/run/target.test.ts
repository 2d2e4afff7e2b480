import { describe, expect, it } from 'vitest';
import { formatEndpoint, isApproved, isLoopback, readTarget } from './target';

function check(url: string, expected: 'free' | 'needs approval' | 'refused'): void {
  const reading = readTarget(url);
  const actual = !reading.ok ? 'refused' : isApproved(reading.endpoint, []) ? 'free' : 'needs approval';
  expect(actual, url).toBe(expected);
}

describe('what may be loaded without approval', () => {
  it('is this machine in its plain spellings', () => {
    check('http://127.0.0.1:8000', 'free');
    check('http://127.255.0.3/path', 'free');
    check('http://localhost', 'free');
    check('http://LOCALHOST:80/x?y', 'free');
    check('https://[::1]:8443', 'free');
    check('http://[0:0:0:0:0:0:0:1]', 'free');
    check('http://[0000::0001]/', 'free');
  });

  it('is no other host', () => {
    check('http://example.test', 'needs approval');
    check('http://10.0.0.1', 'needs approval');
    check('http://0.0.0.0', 'needs approval');
    check('http://169.254.169.254/latest', 'needs approval');
    check('http://[::2]', 'needs approval');
    check('http://[::ffff:127.0.0.1]', 'needs approval');
    check('http://[1::1]', 'needs approval');
    check('http://[::1::1]', 'needs approval');
    check('http://127.0.0.1.example.test', 'needs approval');
    check('http://localhost.example.test', 'needs approval');
  });

  it('is no spelling that programs read differently', () => {
    for (const host of ['2130706433', '0x7f000001', '0177.0.0.1', '127.1', '127.0.0.01', '127.0.0.256']) {
      check(`http://${host}/`, 'needs approval');
    }
    check('http://localhost.', 'needs approval');
    check('http://127.0.0.1.', 'needs approval');
  });

  it('is never an address that hides its host', () => {
    check('http://127.0.0.1@example.test', 'refused');
    check('http://localhost:80@example.test/', 'refused');
    check('http://127.0.0.1\\@example.test', 'refused');
    check('http://127.0.0.1\t.example.test', 'refused');
    check('http://127.0.0.1%2eexample.test', 'refused');
    check('http://ⅼocalhost', 'refused');
    check('http://127。0。0。1', 'refused');
    check('http://[fe80::1%25eth0]', 'refused');
    check('http://[::1', 'refused');
    check('http://', 'refused');
    check('ftp://localhost', 'refused');
    check('http://localhost:0', 'refused');
    check('http://localhost:65536', 'refused');
    check('http://127.0.0.1 .example.test', 'refused');
  });
});

describe('an approval', () => {
  it('covers one port, or all ports of the host', () => {
    const endpoint = { host: 'bench.test', port: 8080 };
    expect(isApproved(endpoint, ['bench.test'])).toBe(true);
    expect(isApproved(endpoint, ['BENCH.test:8080'])).toBe(true);
    expect(isApproved(endpoint, ['bench.test:80'])).toBe(false);
    expect(isApproved(endpoint, ['test', 'other.bench.test', '*'])).toBe(false);
    expect(isApproved({ host: '2001:db8::1', port: 80 }, ['[2001:db8::1]:80'])).toBe(true);
  });

  it('names the port that an address leaves out', () => {
    expect(readTarget('https://bench.test/x')).toEqual({
      ok: true,
      endpoint: { host: 'bench.test', port: 443 },
    });
    expect(formatEndpoint({ host: '::1', port: 80 })).toBe('[::1]:80');
    expect(isLoopback('')).toBe(false);
  });
});
