// Checks the translations in l10n/ against the messages in the source.
//   node scripts/messages.mjs --check      fails where a translation lacks a message, or has one that nothing says
//   node scripts/messages.mjs LANGUAGE     brings l10n/bundle.l10n.LANGUAGE.json in step: adds messages in English, drops dead ones
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { root } from './constants.mjs';

const rooms = ['core', 'protocol', 'server', 'client'];
const folder = path.join(root, 'l10n');

/** Every message of the source, as the key that `t` of @vscode/l10n looks up: `{0} has no key {1}`. */
export function messagesOfSource() {
  const files = rooms.flatMap((room) =>
    readdirSync(path.join(root, room), { recursive: true }).map((name) => path.join(room, name)),
  );
  const messages = files
    .filter((file) => /(?<!\.test)\.ts$/.test(file))
    .flatMap((file) =>
      messagesIn(readFileSync(path.join(root, file), 'utf8'), file.split(path.sep).join('/')),
    );
  return [...new Set(messages)].sort();
}

/** @param file relative to the root: the schema's own messages are looked up where they are told. */
export function messagesIn(text, file) {
  const isSchema = /^core\/plan\/schema[\w-]*\.ts$/.test(file);
  if (!isSchema && !text.includes("from '@vscode/l10n'")) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const messages = [];
  const visit = (node) => {
    const message = isSchema ? (messageAt(node) ?? ruleAt(node)) : messageAt(node);
    if (message !== undefined) messages.push(message);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return messages;
}

const isSayer = (node) => ts.isIdentifier(node) && node.text === 't';

/** The key of `t('…')` and of t`…`. */
function messageAt(node) {
  if (ts.isTaggedTemplateExpression(node) && isSayer(node.tag)) {
    const { template } = node;
    if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text;
    return template.templateSpans.reduce(
      (key, { literal }, index) => `${key}{${index}}${literal.text}`,
      template.head.text,
    );
  }
  const isCall = ts.isCallExpression(node) && isSayer(node.expression);
  const [argument] = isCall ? node.arguments : [];
  return argument !== undefined && ts.isStringLiteralLike(argument) ? argument.text : undefined;
}

/** What the schema calls a value, `percentage`, and what it says of one that breaks its rule, `needs a percentage, such as 5%`. */
function ruleAt(node) {
  if (!ts.isStringLiteral(node)) return undefined;
  const { parent } = node;
  const isTitle = ts.isPropertyAssignment(parent) && parent.name.getText() === 'title';
  return isTitle || node.text.startsWith('needs ') ? node.text : undefined;
}

/** By language: what its bundle says, by the keys. */
export function bundles() {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return new Map(
    names.flatMap((name) => {
      const language = /^bundle\.l10n\.([a-z-]+)\.json$/.exec(name)?.[1];
      return language === undefined
        ? []
        : [[language, JSON.parse(readFileSync(path.join(folder, name), 'utf8'))]];
    }),
  );
}

const placeholders = (text) => [...new Set(text.match(/\{\d+\}/g))].sort().join(' ');

/** What is wrong with a bundle, one sentence each. */
export function faultsOf(messages, bundle) {
  const known = new Set(messages);
  return [
    ...messages.filter((key) => !Object.hasOwn(bundle, key)).map((key) => `is not translated: ${key}`),
    ...Object.keys(bundle)
      .filter((key) => !known.has(key))
      .map((key) => `is said nowhere: ${key}`),
    ...Object.entries(bundle)
      .filter(([key, text]) => placeholders(key) !== placeholders(text))
      .map(([key]) => `has other placeholders than its key: ${key}`),
  ];
}

function bringInStep(language) {
  const known = bundles().get(language) ?? {};
  const bundle = Object.fromEntries(messagesOfSource().map((key) => [key, known[key] ?? key]));
  writeFileSync(path.join(folder, `bundle.l10n.${language}.json`), `${JSON.stringify(bundle, null, 2)}\n`);
}

function check() {
  const messages = messagesOfSource();
  const faults = [...bundles()].flatMap(([language, bundle]) =>
    faultsOf(messages, bundle).map((fault) => `l10n, ${language}: ${fault}`),
  );
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [word] = process.argv.slice(2);
  if (word === undefined) console.log(messagesOfSource().join('\n'));
  else if (word === '--check') check();
  else if (/^[a-z]{2}(-[a-z]{2})?$/.test(word)) bringInStep(word);
  else {
    console.error(`${word} is no language, such as de or pt-br`);
    process.exitCode = 2;
  }
}
