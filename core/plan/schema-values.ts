/** The values that keys of a plan take: quantities with units, names, expressions, paths. */
import { t } from '@vscode/l10n';
import * as z from 'zod';
import {
  durationPattern,
  parseDuration,
  parsePercent,
  parseRate,
  ratePattern,
  resolutionPattern,
} from './units';

export const duration = z
  .string()
  .regex(durationPattern, 'needs a duration with a unit, such as 500ms, 30s, 5m or 1m30s')
  .transform((text) => parseDuration(text) ?? 0)
  .meta({ title: 'duration', examples: ['30s', '5m', '250ms'] });

export const rate = z
  .string()
  .regex(ratePattern, 'needs a rate with a unit, such as 20/s or 300/m')
  .transform((text) => parseRate(text) ?? 0)
  .meta({ title: 'rate', examples: ['20/s', '300/m'] });

export const resolution = z
  .string()
  .regex(resolutionPattern, 'needs a percentage of at least 0.1%, such as 5%')
  .transform((text) => parsePercent(text) ?? 0)
  .meta({ title: 'percentage', examples: ['5%'] });

/** The address of a service. */
export const url = z
  .string()
  .regex(/^https?:\/\/[^/?#\s]+[^?#\s]*$/, 'needs an http or https address, such as http://127.0.0.1:8000')
  .meta({ title: 'address', examples: ['http://127.0.0.1:8000'] });

/** A load level that holds or moves: in users, or in arrivals per second. */
export interface Level {
  readonly from: number;
  readonly to: number;
}

/** In which unit a load is told: users of a closed model, or arrivals per second of an open one. */
export type LoadUnit = 'users' | 'per-second';

/** How high a load is. */
export interface LoadLevel {
  readonly value: number;
  readonly unit: LoadUnit;
}

/** A level of a search: its unit says which of the two models is searched. */
export const searchLevel = z
  .union([
    z.int().min(1, 'needs at least one user'),
    z
      .string()
      .regex(ratePattern, 'needs a number of users, such as 10, or a rate with a unit, such as 20/s')
      .meta({ title: 'rate' }),
  ])
  .transform((value): LoadLevel =>
    typeof value === 'number'
      ? { value, unit: 'users' }
      : { value: parseRate(value) ?? 0, unit: 'per-second' },
  )
  .meta({ title: 'users or rate', examples: [10, '20/s'] });

export const users = z
  .union([
    z.int().min(1, 'needs at least one user'),
    z.string().regex(/^\d+ *-> *\d+$/, 'needs a number of users, such as 10, or a ramp, such as 1 -> 100'),
  ])
  .transform((value): Level => {
    if (typeof value === 'number') return { from: value, to: value };
    const [from = 0, to = 0] = value.split('->').map(Number);
    return { from, to };
  })
  .meta({ title: 'users', examples: [10, '1 -> 100'] });

export const rateLevel = z
  .string()
  .regex(
    /^(?:\d+(?:\.\d+)? *-> *)?\d+(?:\.\d+)?\/(?:s|m|h)$/,
    'needs a rate with a unit, such as 20/s, or a ramp, such as 0 -> 200/s',
  )
  .transform((text): Level => {
    const [, start, end, unit] = /^(?:([\d.]+) *-> *)?([\d.]+)(\/[smh])$/.exec(text) ?? [];
    const to = parseRate(`${end ?? 0}${unit ?? '/s'}`) ?? 0;
    return { from: start === undefined ? to : (parseRate(`${start}${unit ?? '/s'}`) ?? 0), to };
  })
  .meta({ title: 'rate', examples: ['20/s', '0 -> 200/s'] });

/** The name of anything a plan defines, as goals and expressions can read it: no `-` at its end, none beside another. */
export const namePattern = /^[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*$/;
/** Ends the sentence "a name is …". */
export const nameRule = (): string =>
  t('a letter, then letters, digits and _, with single hyphens between them');
export const name = z
  .string()
  .regex(namePattern, 'needs a name: a letter, then letters, digits and _, with single hyphens between them')
  .meta({ title: 'name' });
export const named = <T extends z.ZodType>(value: T) => z.record(name, value);

export const scalar = z
  .union([z.string(), z.number(), z.boolean()])
  .meta({ title: 'text, number or true or false' });
export const expression = z.string().min(1).max(2000).meta({ title: 'expression' });
const basicAuth = z
  .strictObject({
    basic: z
      .strictObject({
        user: z.string().max(1000).describe('The name of the user.'),
        password: z.string().max(1000).describe('The password, such as `${secret.PASSWORD}`.'),
      })
      .describe('A name and a password, sent with every request.'),
  })
  .describe('Basic authentication.');

const bearerAuth = z
  .strictObject({
    bearer: z.string().min(1).max(10_000).describe('The token, such as `${secret.TOKEN}` or a captured one.'),
  })
  .describe('A token, sent with every request.');

/** How many redirects of a request are followed. */
export const redirects = z.int().min(0).max(20);

/** A file that is read where the plan is run. */
export const file = z
  .string()
  .min(1)
  .max(1000)
  .meta({ title: 'file', examples: ['files/photo.png'] });
export const path = z
  .string()
  .startsWith('/', 'needs a path that starts with /; the host comes from the target')
  .max(4000)
  .meta({ title: 'path', examples: ['/status', '/tasks/${id}'] });

/** How the connections to a target are made where its address is https. */
export const tls = z
  .strictObject({
    ca: file
      .optional()
      .describe('A PEM file with certificates that are trusted beside those of the machine.'),
    cert: file
      .optional()
      .describe('A PEM file with the certificate by which the load shows who it is (mutual TLS).'),
    key: file
      .optional()
      .describe('A PEM file with the private key of `cert`. It is never copied into the run folder.'),
    password: z.string().max(1000).optional().describe('The password of the key, such as `${secret.KEY}`.'),
    insecure: z
      .boolean()
      .default(false)
      .describe('Whether any certificate of the service is accepted, whoever made it and for whomever.'),
    minVersion: z
      .enum(['tls1.0', 'tls1.1', 'tls1.2', 'tls1.3'])
      .default('tls1.2')
      .describe('The oldest version of TLS that is accepted.'),
    serverName: z
      .string()
      .regex(/^[A-Za-z0-9.-]{1,253}$/, 'needs the name of a host, such as api.example.org')
      .optional()
      .describe(
        'The name that is asked for, and that the certificate must have, in place of the host of the address.',
      ),
  })
  .describe('How connections to an https address are made.');
export type Tls = z.output<typeof tls>;

export const auth = z
  .union([basicAuth, bearerAuth])
  .describe('How requests say who they are: the header `Authorization`.');
export type Auth = z.output<typeof auth>;

const oauth2 = z
  .strictObject({
    oauth2: z
      .strictObject({
        url: url.describe('Where the token service gives tokens.'),
        client: z.string().min(1).max(1000).describe('The name of the client, its `client_id`.'),
        secret: z
          .string()
          .min(1)
          .max(10_000)
          .describe('Its secret, from outside of the plan: `${secret.CLIENT_SECRET}`.'),
        scope: z.string().max(2000).optional().describe('What the token is for, in words parted by spaces.'),
        audience: z
          .string()
          .max(2000)
          .optional()
          .describe('Whom the token is for, where the token service asks for it.'),
        credentials: z
          .enum(['header', 'form'])
          .default('header')
          .describe(
            'How the client shows its secret: in the header `Authorization`, or with the form that it sends.',
          ),
        timeout: duration.default(10_000).describe('After this time a token service counts as silent.'),
        tls: tls.optional(),
      })
      .describe(
        'Credentials of a client (grant `client_credentials`). All users share one token, as the instances of a service do. It is renewed before it ends and after a 401; requests for tokens are counted apart from the load. Without a token the run ends.',
      ),
  })
  .describe('A token of a token service.');

/** A target can get its tokens itself; a step has them from somewhere. */
export const targetAuth = z
  .union([basicAuth, bearerAuth, oauth2])
  .describe('How requests say who they are: the header `Authorization`.');
export type TargetAuth = z.output<typeof targetAuth>;
export type OAuth2 = z.output<typeof oauth2>['oauth2'];
