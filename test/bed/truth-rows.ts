/** The whole table of truth, measured and error. */
import { percentileRows, sumRows } from './agreement-rows';
import { wholeOf, type Evidence } from './evidence';
import {
  capRows,
  closedRows,
  collapseRows,
  dripRows,
  freezeRows,
  jobRows,
  limitRows,
  queueRows,
  taskRows,
  unfinishedRows,
} from './law-rows';
import type { Row } from './rows';

export function truthRows(evidence: Evidence): Row[] {
  const whole = wholeOf(evidence.mixed.records, 'mixed');
  return [
    ...sumRows(evidence, whole),
    ...percentileRows(evidence),
    ...queueRows(evidence, whole),
    ...freezeRows(evidence, whole),
    ...closedRows(evidence),
    ...taskRows(evidence, whole),
    ...jobRows(evidence, whole),
    ...limitRows(evidence, whole),
    ...dripRows(evidence, whole),
    ...capRows(evidence),
    ...collapseRows(evidence),
    ...unfinishedRows(evidence),
  ];
}
