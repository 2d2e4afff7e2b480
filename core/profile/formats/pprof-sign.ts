/** Whether bytes are a pprof message: nothing in it says so, but its fields are of known numbers and kinds. */
import { ImportFailure } from '../import-problem';
import { fieldsOf } from './protobuf';

/** Those that hold bytes; the others up to 14 are numbers. */
const holdBytes = new Set([1, 2, 3, 4, 5, 6, 11, 13]);
/** Enough to rule out chance. */
const looked = 40;

export function looksLikePprof(bytes: Uint8Array): boolean {
  let count = 0;
  let hasTypes = false;
  try {
    for (const { field, value } of fieldsOf(bytes)) {
      // A comment is one or several numbers.
      const fits = field === 13 || holdBytes.has(field) === (typeof value !== 'number');
      if (field < 1 || field > 15 || !fits) return false;
      hasTypes ||= field === 1;
      count += 1;
      if (count === looked) break;
    }
  } catch (cause) {
    if (cause instanceof ImportFailure) return false;
    throw cause;
  }
  return hasTypes && count > 2;
}
