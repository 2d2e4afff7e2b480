/** `metrics.json`: the names of metrics that targets were seen to have, for whoever writes queries. */
import * as z from 'zod';

export const seenMetricsFileSchema = z.object({
  version: z.literal(1),
  /** By target; sorted, and bounded in number and length. */
  targets: z.record(z.string(), z.array(z.string())),
});
