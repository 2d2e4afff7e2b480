export { parseExpression } from './parse';
export {
  builtInNames,
  constantText,
  outsideNames,
  parseTemplate,
  printTemplate,
  type TemplatePart,
} from './template';
export { parseCondition, parseGoal } from './goal';
export {
  countNames,
  metricNames,
  timeNames,
  type Comparison,
  type Condition,
  type Goal,
  type GoalOperator,
  type TimeName,
} from './goal-shape';
export { printExpression } from './print';
export { nameInGoal, namesIn, printCondition, printGoal, printSubject } from './print-goal';
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
