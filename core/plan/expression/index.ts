export { parseExpression } from './parse';
export {
  builtInNames,
  constantText,
  outsideNames,
  parseTemplate,
  printTemplate,
  type TemplatePart,
} from './template';
export {
  metricNames,
  countNames,
  timeNames,
  parseCondition,
  parseGoal,
  type Comparison,
  type Condition,
  type Goal,
  type TimeName,
} from './goal';
export { printExpression } from './print';
export { namesIn, printCondition, printGoal } from './print-goal';
export { partsOf, reads, referencesIn, referencesInTemplate, type Reference } from './names';
export { reservedWords, type Expression } from './syntax';
export {
  helperCode,
  helperNames,
  toJavaScript,
  type HelperName,
  type JavaScript,
  type JavaScriptContext,
} from './javascript';
export { tokenize } from './token';
export { typeInWords } from './types';
