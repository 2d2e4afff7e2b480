/** The plan format as a JSON Schema, for editors and tools that know nothing of Benchwright. */
import { toJSONSchema } from 'zod';
import { defaultOf } from './describe';
import { planSchema } from './schema';

/** Draft 2020-12, for the plan as it is written: durations and rates are text with a unit. */
export function planJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = toJSONSchema(planSchema, {
    io: 'input',
    target: 'draft-2020-12',
    // The plan's schema holds defaults as they are read; a plan is written with units.
    override: ({ zodSchema, jsonSchema }) => {
      const written = defaultOf(zodSchema);
      if (written !== undefined && jsonSchema.type === 'string') jsonSchema.default = written;
    },
  });
  return { $schema, title: 'Benchwright plan', ...schema };
}
