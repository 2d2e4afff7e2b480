// The room rules of ARCHITECTURE.md, enforced. One rule per room; each says why.
const only = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { path: '^(core|protocol|engines|runner|server|client|webviews|cli|test)/', pathNot: allowed },
});

module.exports = {
  forbidden: [
    only('core-stands-alone', '^core/', '^core/', 'core knows nothing of who uses it'),
    {
      name: 'openapi-knows-no-plan',
      severity: 'error',
      comment: 'what a document says does not depend on who asks',
      from: { path: '^core/openapi/', pathNot: '\\.test\\.ts$' },
      to: { path: '^core/', pathNot: '^core/openapi/' },
    },
    only('protocol-speaks-core', '^protocol/', '^(protocol|core)/', 'messages are made of core types'),
    only(
      'engines-adapt-core',
      '^engines/',
      '^(engines|core|protocol)/',
      'engines translate tools into core types and stream records',
    ),
    only(
      'runner-drives-engines',
      '^runner/',
      '^(runner|engines|core|protocol)/',
      'the runner knows neither editor nor terminal',
    ),
    only(
      'server-serves-core',
      '^server/',
      '^(server|core|protocol)/',
      'the server never spawns a tool or opens a window',
    ),
    only(
      'cli-drives-runner',
      '^cli/',
      '^(cli|runner|engines|core|protocol)/',
      'the CLI runs without an editor',
    ),
    only(
      'client-is-the-edge',
      '^client/',
      '^(client|protocol|core|engines|runner)/',
      'the client reaches the server and the views by message only',
    ),
    only('views-see-messages', '^webviews/', '^(webviews|protocol)/', 'a view knows only what it is told'),
    {
      name: 'engines-do-not-know-each-other',
      severity: 'error',
      comment: 'a tool is added or dropped without touching another',
      from: { path: '^engines/([^/]+)/' },
      to: { path: '^engines/', pathNot: '^engines/($1|host)/' },
    },
    {
      name: 'service-is-pure',
      severity: 'error',
      comment: 'language features are functions of a document; wiring lives in server/connection',
      from: { path: '^server/service/', pathNot: '\\.test\\.ts$' },
      to: { path: '^server/connection/|vscode-languageserver/(lib|node|browser)' },
    },
    {
      name: 'vscode-only-in-client',
      severity: 'error',
      comment: 'everything else runs headless',
      from: { pathNot: '^client/' },
      to: { path: '(^|/)vscode$|@types/vscode/' },
    },
    {
      name: 'node-stays-out',
      severity: 'error',
      comment: 'core, protocol, the language service and the views run anywhere',
      from: { path: '^(core|protocol|webviews|server/service)/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-host-spawns',
      severity: 'error',
      comment: 'one guarded place starts programs',
      from: { path: '^(engines|runner|cli|client)/', pathNot: '^engines/host/|\\.test\\.ts$' },
      to: { path: '^(node:)?child_process$' },
    },
    {
      name: 'server-starts-and-calls-nothing',
      severity: 'error',
      comment: 'plans are checked in workspaces that nobody trusts',
      from: { path: '^server/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(node:)?(child_process|worker_threads|net|tls|dgram|dns|https?|http2|vm)$' },
    },
    {
      name: 'charts-only-in-views',
      severity: 'error',
      comment: 'drawing belongs to the views',
      from: { pathNot: '^webviews/' },
      to: { path: 'node_modules/chart\\.js' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
