import { expect, test } from 'vitest';
import { parser } from 'sax';
import { hostileTexts } from '../../test/views/hostile-texts';
import { sampleReport, sampleRun } from '../../test/kit/sample-report';
import { chartFigure } from './chart-svg';
import { chartsByLoad } from './charts-by-load';
import type { Report } from './report';
import { formatOfFile } from './report-format';
import { reportPage, writeReport } from './write-report';

interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Parses strictly, so that whatever is not well-formed throws. */
function tagsOf(xml: string): readonly Tag[] {
  const tags: Tag[] = [];
  const strict = parser(true);
  strict.onerror = (error) => {
    throw error;
  };
  strict.onopentag = ({ name, attributes }) =>
    tags.push({ name, attributes: attributes as Readonly<Record<string, string>> });
  strict.write(xml).close();
  return tags;
}

/** The names of all elements and attributes, each once. */
function kindsIn(report: Report, format: 'html' | 'junit'): string[] {
  const names = tagsOf(writeReport(report, format)).flatMap(({ name, attributes }) => [
    name,
    ...Object.keys(attributes).map((key) => `${name} ${key}`),
  ]);
  return [...new Set(names)].sort();
}

test('Markdown says all that a report says', async () => {
  await expect(writeReport(sampleReport(), 'md')).toMatchFileSnapshot('../../test/golden/report/report.md');
});

test('JUnit has a suite for each phase and a case for each goal and verdict', async () => {
  await expect(writeReport(sampleReport(), 'junit')).toMatchFileSnapshot(
    '../../test/golden/report/report.xml',
  );
});

test('JUnit counts what it holds, and skips only a goal that waits for its first baseline', () => {
  const tags = tagsOf(writeReport(sampleReport(), 'junit'));
  const count = (name: string): number => tags.filter((tag) => tag.name === name).length;
  const [root] = tags;
  expect(root?.attributes).toMatchObject({ tests: '7', failures: '3', errors: '1', skipped: '1' });
  expect([count('testcase'), count('failure'), count('error'), count('skipped')]).toEqual([7, 3, 1, 1]);
});

test('HTML is well-formed, and neither fetches nor runs anything', () => {
  const html = writeReport(sampleReport(), 'html');
  const tags = tagsOf(html);
  const forbidden = ['script', 'link', 'iframe', 'object', 'base', 'form'];
  expect(tags.filter(({ name }) => forbidden.includes(name))).toEqual([]);
  const links = tags
    .flatMap(({ attributes }) => attributes['href'] ?? [])
    .filter((one) => !one.startsWith('#'));
  // A link waits for somebody to click it.
  expect(links.toSorted()).toEqual([
    'https://grafana.example.test/d/bw-1?from=1&to=2',
    'vscode://file/plans/services/rank.py:2',
  ]);
  const sources = tags.flatMap(({ attributes }) => attributes['src'] ?? []);
  expect(sources).toEqual(['data:image/png;base64,iVBORw0KGgo=']);
  expect(html.replaceAll(/https:\/\/grafana\.example\.test[^<"]*/g, '')).not.toMatch(/url\(|@import|https?:/);
});

test('a link that is no http address is a text', () => {
  const report = sampleReport();
  const html = writeReport({ ...report, run: { ...report.run, dashboard: 'javascript:alert(1)' } }, 'html');
  expect(tagsOf(html).some(({ attributes }) => attributes['href']?.startsWith('javascript') === true)).toBe(
    false,
  );
});

test('JSON names pictures, and leaves them where they are', () => {
  const { pictures } = JSON.parse(writeReport(sampleReport(), 'json')) as { pictures: unknown };
  expect(pictures).toEqual([{ title: 'load: CPU', file: '01-load-cpu.png' }]);
});

test('in a page of the editor only the script with its number runs, and places say where they lead', () => {
  const host = {
    styleSource: 'https://view.test',
    styles: 'https://view.test/a.css',
    script: 'a.js',
    nonce: 'n1',
  };
  const tags = tagsOf(reportPage(sampleReport(), host));
  const policies = tags.flatMap(({ attributes }) => attributes['content'] ?? []);
  expect(policies).toContain(
    "default-src 'none'; img-src data:; style-src 'unsafe-inline' https://view.test; script-src 'nonce-n1'",
  );
  expect(tags.filter(({ name }) => name === 'script').map(({ attributes }) => attributes)).toEqual([
    { nonce: 'n1', src: 'a.js' },
  ]);
  const places = tags.flatMap(({ attributes }) =>
    attributes['data-file'] === undefined
      ? []
      : [`${attributes['data-file']}:${attributes['data-line'] ?? ''}`],
  );
  expect(places).toEqual(['services/rank.py:2', 'services/rank.py:2']);
});

test('no name becomes markup in HTML or JUnit', () => {
  const usual = { html: kindsIn(sampleReport(), 'html'), junit: kindsIn(sampleReport(), 'junit') };
  let used = 0;
  while (used < 5 * hostileTexts.length) {
    // A name stays the same throughout a report, so that what belongs together is found.
    const names = new Map<string, string>();
    const report = sampleReport((name) => {
      const known = names.get(name) ?? `${name}${hostileTexts[used++ % hostileTexts.length] ?? ''}`;
      names.set(name, known);
      return known;
    });
    expect(kindsIn(report, 'html')).toEqual(usual.html);
    expect(kindsIn(report, 'junit')).toEqual(usual.junit);
  }
});

test('names with control characters, lone surrogates or letters that turn the order round are still well-formed', () => {
  const report = sampleReport((name) => `${name}\u0000\u001b[2J\ud800\u202e\ufffe`);
  for (const format of ['html', 'junit'] as const) {
    const written = writeReport(report, format);
    tagsOf(written);
    expect(written).not.toMatch(/[^\P{Cc}\n]|[\u202e\ufffe\p{Cs}]/u);
  }
});

test('no name becomes markup in Markdown', () => {
  const hostile = '![x](http://h.test/a) <b>|`*_ www.h.test @you\n# title\n- item';
  const markdown = writeReport(
    sampleReport((name) => `${name}${hostile}`),
    'md',
  );
  const outside = markdown.replace(/^(`{3,})$[^]*?^\1$/gm, '');
  expect(outside).not.toMatch(
    /(?<!\\)\]\(|(?<!\\)!\[(?<!\\\[)|<b>|(?<!\\):\/\/|[^\\]`|www\.|@you|^# title|^- item/m,
  );
});

test('a function leads to its lines, and they into the editor, whatever the file is called', () => {
  const tags = tagsOf(
    writeReport(
      sampleReport((name) => `${name} "é#?<:&'`),
      'html',
    ),
  );
  const links = tags.filter(({ name }) => name === 'a').map(({ attributes }) => attributes['href'] ?? '');
  const ids = new Set(tags.map(({ attributes }) => attributes['id']));
  const inside = links.filter((link) => link.startsWith('#'));
  expect(inside.filter((link) => !ids.has(link.slice(1)))).toEqual([]);
  expect(inside.some((link) => link.startsWith('#code-'))).toBe(true);
  expect(links.filter((link) => link.startsWith('vscode:'))).toEqual([
    "vscode://file/plans/services/rank.py%20%22%C3%A9%23%3F%3C%3A%26':2",
  ]);
});

test('source that holds a fence does not end the block that it stands in', () => {
  expect(writeReport(sampleReport(), 'md')).toMatch(/^````\n {2}1 {2}def rank[^]*?^````$/m);
});

test('the summary says which figures changed, or that none is known to', () => {
  const report = sampleReport();
  expect(writeReport(report, 'md')).toMatch(
    /^- \*\*Against the baseline \(load\):\*\* p95 of buy: POST \/buy slower in these runs: 250 ms before, 312 ms now$/m,
  );
  const phases = report.comparison?.phases.map((phase) => ({
    ...phase,
    figures: phase.figures.map((figure) => ({ ...figure, verdict: 'no-evidence' as const })),
  }));
  if (report.comparison === null || phases === undefined) throw new Error('nothing is compared');
  const unproven = { ...report, comparison: { ...report.comparison, phases } };
  expect(writeReport(unproven, 'md')).toMatch(
    /^- \*\*Against the baseline:\*\* no evidence that any figure changed$/m,
  );
});

test('what changed in a profile is told with its interval, and as chance where it may be', () => {
  const markdown = writeReport(sampleReport(), 'md');
  expect(markdown).toMatch(/^\| compare \| 60.* \\-60\.0 points \(-65\.0 to -55\.0\) \| gone \|/m);
  expect(markdown).toMatch(/^\| rank \| 90.* \(-8\.0 to \+4\.0\) \| no evidence of change \|/m);
  expect(markdown).toContain('Requests of a recording are not known.');
});

test('what makes figures doubtful names its phases, where it is not about all of them', () => {
  const report = sampleReport();
  const { phases } = report.run;
  const [late, everywhere] = ['late', 'shared'].map((message) => ({ code: message, message }));
  if (late === undefined || everywhere === undefined) throw new Error('no evidence');
  const [first, ...others] = phases.map((phase, at) => {
    const evidence = at === 0 ? [late, everywhere] : [everywhere];
    return { ...phase, validity: { state: 'suspect' as const, evidence } };
  });
  if (first === undefined) throw new Error('no phase');
  const validity = { state: 'suspect' as const, evidence: [late, everywhere] };
  const markdown = writeReport(
    { ...report, run: { ...report.run, validity, phases: [first, ...others] } },
    'md',
  );
  expect(markdown).toMatch(/^- load: late\n- shared$/m);
});

test('every recommendation names its evidence', () => {
  const { recommendations } = sampleReport();
  expect(recommendations.map(({ text }) => text)).toEqual([
    'Let shop work in more than one process, or make what it computes cheaper: it never gets beyond one core.',
    'In shop, look at rank (services/rank.py:2) first.',
    'Pin a run as baseline, so that this goal can be judged.',
    'Run load for longer, so that this goal has enough samples.',
    'Find what made p95 of buy: POST /buy worse than the baseline.',
    'Measure again before anything is decided by these figures: they are suspect.',
  ]);
  expect(recommendations.every(({ evidence }) => evidence.length > 0)).toBe(true);
});

test('a gap in what was read is a gap in the line', () => {
  const chart = sampleReport().charts[0]?.charts.find(({ title }) => title === 'shop: CPU');
  expect(chart?.lines[0]?.points.map(([, value]) => value)).toEqual([0.5, 0.5, null, 0.5]);
  expect(chart?.note).toBe('not read for a time: it was restarted');
});

test('trials at one load are dots of their own, and one point of the line', () => {
  const run = sampleRun();
  const trials = run.phases[1]?.capacity?.trials ?? [];
  const again = trials.flatMap((trial) => [trial, { ...trial, achieved: (trial.achieved ?? 0) + 1 }]);
  const [delivered] = chartsByLoad({ unit: 'per-second', trials: again }, new Map());
  if (delivered === undefined) throw new Error('no chart');
  const tags = tagsOf(chartFigure(delivered).markup);
  const line = tags.findLast(({ name }) => name === 'path')?.attributes['d'];
  expect(line?.match(/[ML]/g)).toEqual(['M', 'L']);
  expect(
    tags.filter(({ name, attributes }) => name === 'circle' && attributes['class'] === 'dot s1'),
  ).toHaveLength(4);
});

test('ticks of an axis of users stand at whole users', () => {
  const [first] = sampleRun().phases[1]?.capacity?.trials ?? [];
  if (first === undefined) throw new Error('no trial');
  const trials = [2, 4, 8, 14].map((level, at) => ({ ...first, number: at + 1, level }));
  const [delivered] = chartsByLoad({ unit: 'users', trials }, new Map());
  if (delivered === undefined) throw new Error('no chart');
  const { markup } = chartFigure(delivered);
  expect([...markup.matchAll(/>(\d+ users?)</g)].map(([, told]) => told)).toEqual([
    '0 users',
    '5 users',
    '10 users',
  ]);
  const heights = { ...delivered, lines: [{ label: 'delivered', points: [[2, 148] as const] }] };
  expect(chartFigure(heights).markup).toContain('>50/s<');
});

test('how many users hold and break is told in words that fit one of them too', () => {
  const report = sampleReport();
  const phases = report.run.phases.map((phase) =>
    phase.capacity === undefined
      ? phase
      : { ...phase, capacity: { ...phase.capacity, unit: 'users' as const, lower: 1, upper: 2 } },
  );
  expect(writeReport({ ...report, run: { ...report.run, phases } }, 'md')).toContain(
    '**Most users it sustains (stress):** holds 1 user with p95 90.0 ms; breaks at 2 users',
  );
});

test('a chart of a search that has no value is left out', () => {
  const trials = sampleRun().phases[1]?.capacity?.trials.map((trial) => ({ ...trial, p95: null })) ?? [];
  expect(chartsByLoad({ unit: 'per-second', trials }, new Map()).map(({ title }) => title)).toEqual([
    'Delivered',
  ]);
});

test('JSON holds the whole run', () => {
  expect(JSON.parse(writeReport(sampleReport(), 'json'))).toMatchObject({ version: 1, run: sampleRun() });
});

test('the ending of a file tells its format', () => {
  expect(
    ['a.html', 'a.b/C.MD', 'j.xml', 'x.json', 'plain', 'a.html/plain', 'x.constructor'].map(formatOfFile),
  ).toEqual(['html', 'md', 'junit', 'json', undefined, undefined, undefined]);
});
