/** `grafana/pictures.json`: which pictures of panels a run has. It is written when all of them are there. */
import * as z from 'zod';

export const picturesSchema = z.object({
  version: z.literal(1),
  /** Changes with what the dashboard shows: pictures of another one are made anew. */
  dashboard: z.string(),
  pictures: z
    .array(z.object({ title: z.string(), file: z.string().regex(/^[a-z0-9-]{1,80}\.png$/) }))
    .max(40),
});

export type Pictures = z.output<typeof picturesSchema>;
