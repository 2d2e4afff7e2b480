/** A scenario that is a locustfile: what Locust is asked for, and what only it can be asked for. */
import * as z from 'zod';
import { file, name, url } from './schema-values';

/** A class of Python. */
const className = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'needs the name of a class')
  .meta({ title: 'class', examples: ['Shopper'] });

const tag = z
  .string()
  .regex(/^[^\s,-][^\s,]*$/, 'needs a tag: a word without spaces and commas')
  .meta({ title: 'tag', examples: ['browse'] });

const argument = z
  .string()
  .max(1000)
  .regex(/^(?!.*\$\{)/s, 'holds no ${…}: the file reads its environment itself')
  .meta({ title: 'argument', examples: ['--currency'] });

export const locustScenario = z
  .strictObject({
    locustfile: file
      .regex(/^[^,]*\.py$/, 'needs a Python file beside or below the plan, such as load/shop.py')
      .meta({ title: 'locustfile', examples: ['load/shop.py'] })
      .describe(
        'A locustfile beside or below the plan. It is run as it is, by Locust from the Python environment of the workspace, in the folder of the plan.',
      ),
    target: name
      .optional()
      .describe('The target of its requests. May be left out where the plan has only one.'),
    host: url.optional().describe('Where its requests go, in place of the `url` of the target.'),
    users: z
      .array(className)
      .min(1)
      .optional()
      .describe('The classes of users that are run. Without it: all of the file.'),
    tags: z.array(tag).min(1).optional().describe('Only tasks with one of these tags are run.'),
    excludeTags: z.array(tag).min(1).optional().describe('Tasks with one of these tags are left out.'),
    arguments: z
      .array(argument)
      .min(1)
      .max(100)
      .optional()
      .describe('What the file adds to the command line of Locust, word by word: `[--currency, EUR]`.'),
  })
  .describe('A locustfile, whose users say what they do.');

/** A key of a phase. */
export const shape = z
  .literal('file', 'needs `file`')
  .optional()
  .describe(
    'Locust: the `LoadTestShape` of the locustfile gives the users, in place of `users` or `stages`. It is ended after `for`.',
  );

/** A key of a phase. */
export const listen = z
  .string()
  .regex(
    /^(?:\*|[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:]+\]):(?:6553[0-5]|655[0-2]\d|65[0-4]\d\d|6[0-4]\d{3}|[1-5]\d{4}|[1-9]\d{0,3})$/,
    'needs an address of this machine with a port, such as 10.0.0.5:5557',
  )
  .meta({ title: 'address', examples: ['10.0.0.5:5557'] })
  .optional()
  .describe(
    'Locust: where its workers join, which are started elsewhere by the command that the run tells. The load begins once there are as many as `generators` says. Without it, they are processes of this machine.',
  );
