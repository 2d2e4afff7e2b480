/** What `bench/truth.mjs` prints: the figures of runs beside the known truth. */
export { gatherEvidence } from '../bed/evidence';
export { isRight, printRows } from '../bed/rows';
export { truthRows } from '../bed/truth-rows';
