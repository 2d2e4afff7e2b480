// Plans of a wanted length, for measurements of the language server.

const steps = (index) => `      - post: /orders/${index}
        headers: { x-a: "1" }
        json:
          item: "\${uuid}"
          count: ${index}
        capture: { id: $.id }
        success: $.state == "ok"
      - think: 1s
      - get: /orders/\${id}
`;

/** About `lines` lines without a problem. */
export function planOf(lines) {
  const count = Math.max(1, Math.floor((lines - 12) / 12));
  const names = Array.from({ length: count }, (_, index) => `s${index}`);
  const scenarios = names.map((name, index) => `  ${name}:\n    target: shop\n    steps:\n${steps(index)}`);
  return frame(scenarios.join(''), names);
}

/** 5,000 lines of which 400 are aliases of 20 anchors. */
export function planWithAliases() {
  const names = Array.from({ length: 400 }, (_, index) => `s${index}`);
  const scenarios = names.map((name, index) => {
    const anchor = index % 20 === 0 ? `&h${index}` : `*h${index - (index % 20)}`;
    const headers = index % 20 === 0 ? `${anchor} { x-a: "1", x-b: "2" }` : anchor;
    return `  ${name}:\n    target: shop\n    steps:\n      - post: /orders/${index}\n        headers: ${headers}\n        json:\n          count: ${index}\n        capture: { id: $.id }\n        success: $.state == "ok"\n      - think: 1s\n      - get: /orders/\${id}\n`;
  });
  return frame(scenarios.join(''), names);
}

function frame(scenarios, names) {
  return `version: 1
name: Large
targets:
  shop: { url: http://127.0.0.1:8000 }
scenarios:
${scenarios}phases:
  load:
    scenarios: [${names.join(', ')}]
    rate: 1000/s
    for: 5m
goals:
  - p95(s0) in load < 300ms
`;
}
