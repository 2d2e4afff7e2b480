/** The words of PromQL that stand before a parenthesis, as of Prometheus 3. */

export interface PromFunction {
  readonly name: string;
  /** What stands between the parentheses. */
  readonly parameters: string;
}

/** Functions by what they are given: a vector of moments, a range, or other values. */
const signatures: Readonly<Record<string, string>> = {
  'range-vector':
    'absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate last_over_time mad_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time',
  'instant-vector':
    'abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count histogram_stddev histogram_stdvar histogram_sum ln log10 log2 rad scalar sgn sin sinh sort sort_desc sqrt tan tanh timestamp',
  '[instant-vector]': 'day_of_month day_of_week day_of_year days_in_month hour minute month year',
  'instant-vector, label…': 'sort_by_label sort_by_label_desc',
  'instant-vector, min, max': 'clamp',
  'instant-vector, bound': 'clamp_max clamp_min',
  'quantile, instant-vector': 'histogram_quantile',
  'instant-vector, label, quantile…': 'histogram_quantiles',
  'lower, upper, instant-vector': 'histogram_fraction',
  'range-vector, smoothing, trend': 'double_exponential_smoothing holt_winters',
  'instant-vector, [info selector]': 'info',
  'instant-vector, new label, separator, label…': 'label_join',
  'instant-vector, new label, replacement, label, pattern': 'label_replace',
  'range-vector, seconds': 'predict_linear',
  'quantile, range-vector': 'quantile_over_time',
  'instant-vector, [nearest]': 'round',
  scalar: 'vector',
  '': 'end pi range start step time',
};

const aggregationSignatures: Readonly<Record<string, string>> = {
  'instant-vector': 'avg count group max min stddev stdvar sum',
  'number, instant-vector': 'bottomk limitk topk',
  'ratio, instant-vector': 'limit_ratio',
  'quantile, instant-vector': 'quantile',
  'label, instant-vector': 'count_values',
};

function listed(table: Readonly<Record<string, string>>): PromFunction[] {
  return Object.entries(table).flatMap(([parameters, names]) =>
    names.split(' ').map((name) => ({ name, parameters })),
  );
}

export const promFunctions: readonly PromFunction[] = listed(signatures);

/** Take `by (…)` or `without (…)` beside what they aggregate. */
export const promAggregations: readonly PromFunction[] = listed(aggregationSignatures);

/** Words that may stand before a parenthesis and call nothing. */
export const promKeywords: ReadonlySet<string> = new Set(
  'by without on ignoring group_left group_right fill fill_left fill_right and or unless atan2 bool offset'.split(
    ' ',
  ),
);
