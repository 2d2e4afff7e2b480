/** What the server says of its features before it has loaded any of them. */
import { CodeActionKind } from 'vscode-languageserver-types';

export const completionTriggers = [':', ' ', '{', '[', '$', '.', '(', ',', '/'];

export const signatureTriggers = ['('];

export const organiseKind = `${CodeActionKind.Source}.organize`;

export const organiseMapKind = `${CodeActionKind.RefactorRewrite}.organize`;

export const tokenTypes = [
  'interface',
  'class',
  'method',
  'event',
  'struct',
  'namespace',
  'variable',
  'property',
  'function',
  'keyword',
  'operator',
  'string',
  'number',
] as const;
export const tokenModifiers = ['declaration', 'defaultLibrary'] as const;

/** In the order in which the numbers of tokens count them. */
export const tokenLegend = { tokenTypes: [...tokenTypes], tokenModifiers: [...tokenModifiers] };
