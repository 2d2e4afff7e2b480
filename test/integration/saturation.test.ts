/** What saturates first in the demo system, whose agents have a planted hotspot that an option takes away. */
import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { PhaseResult } from '../../core/run/run';
import { startDemo } from '../../scripts/demo.mjs';
import { freePortBase } from '../e2e/harness/workspace';
import { makeWorkspace } from './small-service';
import { runWhole } from './whole-run';

const example = path.resolve('examples/agents');

interface Wish {
  readonly env?: Record<string, string>;
  /** Per second: at 8 the system holds, at twice as many the hotspot piles up. */
  readonly start: number;
}

/** The search of the example, in its quick environment, by a few rates. */
async function stress({ env, start }: Wish): Promise<PhaseResult> {
  const portBase = await freePortBase();
  const workspace = await makeWorkspace();
  const demo = await startDemo({ portBase, env: env ?? {} });
  try {
    const text = await readFile(path.join(example, 'agents.bench.yaml'), 'utf8');
    const moved = text.replace(/\b800([0-4])\b/g, (_, digit) => String(portBase + Number(digit)));
    const short = moved.replace(
      /find: \{ start: 4\/s.*\}/,
      `find: { start: ${start}/s, factor: 2, max: 24/s, trial: 10s, resolution: 100%, confirm: 10s }`,
    );
    expect(short).not.toBe(moved);
    await cp(path.join(example, 'tasks.csv'), path.join(workspace.folder, 'tasks.csv'));
    const outcome = await runWhole(workspace, {
      text: short.replace(/^ +source: .*\n/gm, ''),
      phases: ['stress'],
      environment: 'quick',
    });
    const [phase] = outcome.kind === 'ended' ? outcome.run.phases : [];
    if (phase === undefined) throw new Error(JSON.stringify(outcome));
    return phase;
  } finally {
    await demo.stop();
    await workspace.dispose();
  }
}

/** Where something else fills the machine, no process gets a core of its own, and that is what must be said. */
const machineTaken = /taken by processes that were not read|before any load|the load generator/;

const lengthMs = 240_000;

test(
  'the component with the hotspot is named as saturated, unless something else fills the machine',
  async () => {
    const { saturation, resources } = await stress({ start: 8 });
    expect(resources?.map(({ component }) => component)).toEqual(
      expect.arrayContaining(['gateway', 'agents']),
    );
    if (saturation?.kind !== 'saturated') {
      expect(saturation?.message).toMatch(machineTaken);
      return;
    }
    expect(saturation).toMatchObject({ component: 'agents', metric: 'cpu', limitedBy: 'core' });
    expect(Math.max(...saturation.evidence.map(({ used }) => used ?? 0))).toBeGreaterThan(0.9);
  },
  lengthMs,
);

test(
  'without the hotspot it is another component, or none',
  async () => {
    const { saturation } = await stress({ env: { AGENTS_FAST_RANKING: '1' }, start: 24 });
    expect(saturation).toBeDefined();
    expect(saturation).not.toMatchObject({ component: 'agents' });
  },
  lengthMs,
);
