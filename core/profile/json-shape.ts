/** Reading parsed JSON that may be anything. Every failure says where in the file it is. */
import { damaged } from './import-problem';

export type JsonObject = Readonly<Record<string, unknown>>;

export function objectAt(value: unknown, place: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw damaged(`${place} is not an object`);
  return value as JsonObject;
}

export function listAt(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw damaged(`${place} is not a list`);
  return value;
}

export function numberAt(value: unknown, place: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw damaged(`${place} is not a number`);
  return value;
}

/** A text, or the fallback where there is none. */
export function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}

/** A number, or nothing where the value is something else, such as the `null` that exporters write. */
export function numberOrNone(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
