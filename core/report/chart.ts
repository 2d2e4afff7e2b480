/** What a chart of a report shows, apart from how it is drawn. */
import type { ResourceUnit } from '../measure/resource-metrics';

export type ChartUnit = ResourceUnit;

export interface ChartLine {
  readonly label: string;
  /** `[x, y]` in order of x; `null` is a gap. */
  readonly points: readonly (readonly [x: number, y: number | null])[];
}

export interface Chart {
  readonly title: string;
  readonly unit: ChartUnit;
  /** `time`: seconds from the start of the load; `load`: arrivals per second, or `users`, with a dot for each trial. */
  readonly axis: 'time' | 'load' | 'users';
  readonly from: number;
  readonly to: number;
  readonly lines: readonly ChartLine[];
  readonly limits: readonly { readonly label: string; readonly value: number }[];
  /** The measured time, in the unit of the axis. */
  readonly window: { readonly from: number; readonly to: number } | null;
  /** What has to be known to read it, such as why there is a gap. */
  readonly note: string;
}
