export { parseExpression, type ExpressionUse, type ParsedExpression } from './parse';
export {
  builtInNames,
  constantText,
  outsideNames,
  parseTemplate,
  printTemplate,
  type ParsedTemplate,
  type Template,
  type TemplatePart,
} from './template';
export {
  metricNames,
  timeNames,
  parseCondition,
  parseGoal,
  unitOf,
  type Comparison,
  type Condition,
  type Goal,
  type GoalOperator,
  type Limit,
  type Metric,
  type MetricUnit,
  type ParsedCondition,
  type ParsedGoal,
  type TimeName,
} from './goal';
export { isVariableName, printExpression } from './print';
export { namesIn, printCondition, printGoal, printLimit, printSubject } from './print-goal';
export { reads, referencesIn, referencesInTemplate, type Reference } from './names';
export { reservedWords, type Expression, type NameAt } from './syntax';
export {
  helperCode,
  helperNames,
  toJavaScript,
  type HelperName,
  type JavaScript,
  type JavaScriptContext,
} from './javascript';
