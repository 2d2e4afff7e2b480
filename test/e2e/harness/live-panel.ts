import type { Locator, Page } from 'playwright-core';
import { visibleWebview } from './workbench';

/** What the live panel says, read from its text and from the tables behind its charts. */
export interface LivePanel {
  readonly badge: Locator;
  readonly facts: Locator;
  readonly stop: Locator;
  /** The steps' table, a row per step. */
  readonly steps: Locator;
  readonly goals: Locator;
  /** The rows of the table that screen readers get in place of the latency chart. */
  readonly points: Locator;
}

export function livePanel(page: Page): LivePanel {
  const frame = visibleWebview(page);
  return {
    badge: frame.locator('[data-part="badge"]'),
    facts: frame.locator('[data-part="facts"]'),
    stop: frame.getByRole('button', { name: 'Stop' }),
    steps: frame.locator('table.steps tbody tr'),
    goals: frame.locator('ul.goals li'),
    points: frame.locator('[data-chart="latency"] table tbody tr'),
  };
}
