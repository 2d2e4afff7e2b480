/** The bodies that a step can send, and what of a document describes them. */
import { jsonOf, type Media, type Operation } from '../openapi/operations';

const bodyTypes = {
  json: undefined,
  form: 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data',
} as const;

export type BodyKey = keyof typeof bodyTypes;

/** The content that a body of this kind is checked by. */
export function mediaFor(operation: Operation, key: BodyKey): Media | undefined {
  const media = operation.body?.media ?? [];
  if (key === 'json') return jsonOf(media);
  return media.find(({ type }) => type === bodyTypes[key]);
}

export const bodyKeys = Object.keys(bodyTypes) as readonly BodyKey[];
