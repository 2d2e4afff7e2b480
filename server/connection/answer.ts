import {
  CodeActionKind,
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  ResponseError,
  type CancellationToken,
  type CallHierarchyItem,
  type CodeAction,
  type Connection,
  type DocumentDiagnosticParams,
  type DocumentDiagnosticReport,
  type Range,
  type RenameParams,
  type SemanticTokens,
  type SemanticTokensDelta,
  type SemanticTokensDeltaParams,
  type SemanticTokensRangeParams,
  type TextDocumentPositionParams,
  type WorkspaceEdit,
  type WorkspaceSymbol,
} from 'vscode-languageserver';
import type { TextRange } from '../../core/problems';
import {
  expandedPlanMethod,
  loadShapeMethod,
  planQuestionSchema,
  type PlanQuestion,
} from '../../protocol/language';
import { organiseKind, organiseMapKind } from '../service/announced';
import { codeActions, fixAll } from '../service/code-actions';
import {
  callPlaceOf,
  incomingCalls,
  outgoingCalls,
  prepareCalls,
  type CallPlace,
} from '../service/call-hierarchy';
import { codeLenses } from '../service/code-lens';
import { complete, resolveCompletion, type CompletionOptions } from '../service/completion';
import { diagnose, type PageOf, type SeverityChoices } from '../service/diagnostics';
import { documentLinks } from '../service/document-links';
import { documentSymbols } from '../service/document-symbols';
import { expandedPlan } from '../service/expanded-plan';
import { formatting, formattingOnNewLine } from '../service/formatting';
import { foldingRanges } from '../service/folding-ranges';
import { hover } from '../service/hover';
import { inlayHints } from '../service/inlay-hints';
import { planShape } from '../service/load-shape';
import { definition, highlights, prepareRename, references, rename } from '../service/names';
import { organise, organiseChoiceOf, organiseMap, resolveOrganised } from '../service/organise';
import type { PlanDocument } from '../service/plan-document';
import { selectionRange } from '../service/selection-ranges';
import { semanticTokens } from '../service/semantic-tokens';
import { signatureHelp } from '../service/signature-help';
import { matching } from '../service/workspace-symbols';
import type { DiagnosticAnswers } from './diagnostic-answers';
import { fenced } from './fence';
import type { KnownResults } from './last-results';
import type { SeenTargets } from './seen-metrics';
import type { TokenAnswers } from './token-answers';

export interface Plans {
  find(uri: string): PlanDocument | undefined;
  /** The document in each plan that it is a part of. */
  findAll(uri: string): readonly PlanDocument[];
  /** Of the files that are open, then of all others in the workspace. */
  symbols(): readonly WorkspaceSymbol[];
}

/** What answers depend on beside the document. */
export interface Memory {
  readonly tokens: TokenAnswers;
  readonly diagnostics: DiagnosticAnswers;
  readonly results: KnownResults;
  readonly metrics: SeenTargets;
  severity(): SeverityChoices;
  /** Only for clients that follow it. */
  readonly pageOf: PageOf | undefined;
  completion(): CompletionOptions;
  /** Whether another server says of this document what YAML and the schema of the format say. */
  isShared(plan: PlanDocument): boolean;
  /** Whether the client shows pictures in Markdown. */
  readonly hasPictures: boolean;
  /** Whether the client asks for the edit of an action once it is chosen. */
  readonly resolvesActions: boolean;
  /** Whether the client can run plans: lenses that do are of no use without. */
  readonly runsPlans: boolean;
}

/** Registers the handlers; a document that is not open is answered with nothing, never with an error. */
export function answer(connection: Connection, plans: Plans, memory: Memory): void {
  const on = onDocument(connection, plans);
  const at = <R>(feature: string, fallback: R, handle: (plan: PlanDocument, offset: number) => R) =>
    on<TextDocumentPositionParams, R>(feature, fallback, (plan, { position }) =>
      handle(plan, plan.lines.offsetAt(position)),
    );
  answerReading(connection, on, memory);
  answerActions(connection, plans, on, memory.resolvesActions);
  answerQuestions(connection, on);
  answerTokens(connection, on, memory.tokens);
  connection.languages.callHierarchy.onPrepare(at('prepareCallHierarchy', null, prepareCalls));
  answerCalls(connection, plans);
  connection.languages.diagnostics.on(
    on<DocumentDiagnosticParams, DocumentDiagnosticReport>(
      'diagnostics',
      { kind: DocumentDiagnosticReportKind.Full, items: [] },
      (plan, { previousResultId }) =>
        memory.diagnostics.report(
          plan.uri,
          diagnose(plan, memory.severity(), memory.pageOf),
          previousResultId,
        ),
    ),
  );
  connection.onHover(
    at('hover', null, (plan, offset) =>
      hover(plan, offset, memory.results.of(plan.planUri), {
        withoutFormat: memory.isShared(plan),
        hasPictures: memory.hasPictures,
      }),
    ),
  );
  connection.onCompletion(
    at('completion', null, (plan, offset) =>
      complete(plan, offset, {
        ...memory.completion(),
        withoutFormat: memory.isShared(plan),
        histories: memory.results.of(plan.planUri),
        seen: (target) => memory.metrics.of(plan.planUri, target),
      }),
    ),
  );
  connection.onCompletionResolve((item, token) =>
    fenced(connection, 'completionResolve', item, resolveCompletion)(item, token),
  );
  connection.onSignatureHelp(at('signatureHelp', null, signatureHelp));
  connection.onDefinition(at('definition', null, definition));
  connection.onDocumentHighlight(at('highlight', null, highlights));
  connection.onPrepareRename(at('prepareRename', null, prepareRename));
  connection.onReferences(
    on('references', null, (plan, { position, context }) =>
      references(plans.findAll(plan.uri), plan.lines.offsetAt(position), context.includeDeclaration),
    ),
  );
  connection.onRenameRequest(
    on<RenameParams, WorkspaceEdit | ResponseError | null>('rename', null, (plan, { position, newName }) => {
      const renaming = rename(plans.findAll(plan.uri), plan.lines.offsetAt(position), newName);
      return renaming.ok ? renaming.edit : new ResponseError(LSPErrorCodes.RequestFailed, renaming.reason);
    }),
  );
  connection.onWorkspaceSymbol(
    fenced(connection, 'workspaceSymbols', [], ({ query }: { query: string }) =>
      matching(plans.symbols(), query),
    ),
  );
}

type OnDocument = ReturnType<typeof onDocument>;

function onDocument(connection: Connection, plans: Plans) {
  return <P extends { textDocument: { uri: string } }, R>(
    feature: string,
    fallback: R,
    handle: (plan: PlanDocument, params: P) => R,
  ) =>
    fenced<P, R>(connection, feature, fallback, (params) => {
      const plan = plans.find(params.textDocument.uri);
      return plan ? handle(plan, params) : fallback;
    });
}

/** What is asked of a document as a whole, or of a part of it. */
function answerReading(connection: Connection, on: OnDocument, { results, runsPlans }: Memory): void {
  connection.onDocumentSymbol(on('symbols', null, documentSymbols));
  connection.onFoldingRanges(on('foldingRanges', null, foldingRanges));
  connection.onDocumentLinks(on('documentLinks', null, documentLinks));
  connection.onCodeLens(
    on('codeLens', null, (plan) => (runsPlans ? codeLenses(plan, results.of(plan.planUri)) : [])),
  );
  connection.onSelectionRanges(
    on('selectionRanges', null, (plan, { positions }) =>
      positions.map((position) => selectionRange(plan, plan.lines.offsetAt(position))),
    ),
  );
  connection.languages.inlayHint.on(
    on('inlayHints', null, (plan, { range }) => inlayHints(plan, offsetsOf(plan, range))),
  );
  connection.onDocumentFormatting(on('formatting', null, (plan) => formatting(plan)));
  connection.onDocumentRangeFormatting(
    on('rangeFormatting', null, (plan, { range }) => formatting(plan, range)),
  );
  connection.onDocumentOnTypeFormatting(
    on('onTypeFormatting', null, (plan, { position }) => formattingOnNewLine(plan, position.line)),
  );
}

/** An action whose plan is closed by now comes back as it is. */
function answerActions(connection: Connection, plans: Plans, on: OnDocument, resolvesActions: boolean): void {
  connection.onCodeAction(
    on('codeAction', null, (plan, { range, context: { only } }) =>
      actionsOf(plan, range, only, resolvesActions),
    ),
  );
  connection.onCodeActionResolve((action, token) => {
    const resolve = (): CodeAction | ResponseError => {
      const choice = organiseChoiceOf(action.data);
      const plan = choice && plans.find(choice.uri);
      if (choice === undefined || plan === undefined) return action;
      const organised = resolveOrganised(plan, choice);
      if (!organised.ok) return new ResponseError(LSPErrorCodes.RequestFailed, organised.reason);
      return { ...action, edit: organised.edit };
    };
    return fenced(connection, 'codeActionResolve', action, resolve)(action, token);
  });
}

/** An item says which document it was found by; one that is closed by now is answered with nothing. */
function answerCalls(connection: Connection, plans: Plans): void {
  const of = <R>(feature: string, find: (plan: PlanDocument, place: CallPlace) => R[]) =>
    fenced<{ item: CallHierarchyItem }, R[] | null>(connection, feature, null, ({ item }) => {
      const place = callPlaceOf(item);
      const plan = place && plans.find(place.uri);
      return plan ? find(plan, place) : null;
    });
  connection.languages.callHierarchy.onIncomingCalls(of('incomingCalls', incomingCalls));
  connection.languages.callHierarchy.onOutgoingCalls(of('outgoingCalls', outgoingCalls));
}

/** Requests of our own. What is no question is answered with nothing. */
function answerQuestions(connection: Connection, on: OnDocument): void {
  const asked = (
    method: string,
    handle: (plan: PlanDocument, environment: string | undefined) => object | null,
  ): void => {
    const ask = on<PlanQuestion, object | null>(method, null, (plan, { environment }) =>
      handle(plan, environment ?? undefined),
    );
    connection.onRequest(method, (params: unknown, token: CancellationToken) => {
      const question = planQuestionSchema.safeParse(params);
      return question.success ? ask(question.data, token) : null;
    });
  };
  asked(expandedPlanMethod, expandedPlan);
  asked(loadShapeMethod, planShape);
}

/** What changes the whole file is only offered to those who ask for it: on saving, or from a menu. */
function actionsOf(
  plan: PlanDocument,
  range: Range,
  only: readonly string[] | undefined,
  resolvesActions: boolean,
): CodeAction[] {
  const wants = (kind: string): boolean =>
    only?.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`)) === true;
  const isOpen = only === undefined || wants(CodeActionKind.QuickFix);
  return [
    ...(isOpen ? codeActions(plan, range) : []),
    ...(only === undefined || wants(organiseMapKind)
      ? [organiseMap(plan, plan.lines.offsetAt(range.start), resolvesActions)]
      : []),
    ...(wants(CodeActionKind.SourceFixAll) ? [fixAll(plan)] : []),
    ...(wants(organiseKind) ? [organise(plan)] : []),
  ].filter((action) => action !== undefined);
}

function answerTokens(connection: Connection, on: OnDocument, tokens: TokenAnswers): void {
  const { semanticTokens: asked } = connection.languages;
  const none: SemanticTokens = { data: [] };
  asked.on(on('semanticTokens', none, (plan) => tokens.full(plan)));
  asked.onDelta(
    on<SemanticTokensDeltaParams, SemanticTokens | SemanticTokensDelta>(
      'semanticTokensDelta',
      none,
      (plan, { previousResultId }) => tokens.delta(plan, previousResultId),
    ),
  );
  asked.onRange(
    on<SemanticTokensRangeParams, SemanticTokens>('semanticTokensRange', none, (plan, { range }) => ({
      data: semanticTokens(plan, offsetsOf(plan, range)),
    })),
  );
}

function offsetsOf(plan: PlanDocument, range: Range): TextRange {
  return { start: plan.lines.offsetAt(range.start), end: plan.lines.offsetAt(range.end) };
}
