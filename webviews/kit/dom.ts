/** Building blocks of the page. Text only ever enters as text: nothing that a run contains can become markup. */

export type Attributes = Readonly<Record<string, string>>;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Writes a text only where it differs, so that screen readers and selections are left in peace. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Shows or hides a part of the page. */
export function setShown(node: HTMLElement, isShown: boolean): void {
  node.hidden = !isShown;
}

/** Makes `parent` have one child per item, keeping those that are there, so that focus and scroll survive. */
export function matchChildren<T>(
  parent: HTMLElement,
  items: readonly T[],
  create: () => HTMLElement,
  update: (child: HTMLElement, item: T) => void,
): void {
  while (parent.childElementCount > items.length) parent.lastElementChild?.remove();
  while (parent.childElementCount < items.length) parent.append(create());
  for (const [index, item] of items.entries()) {
    const child = parent.children[index];
    if (child instanceof HTMLElement) update(child, item);
  }
}

/** The part of `parent` marked `data-part="name"`. */
export function part(parent: HTMLElement, name: string): HTMLElement {
  const found = parent.querySelector(`[data-part="${name}"]`);
  if (!(found instanceof HTMLElement)) throw new Error(`the page has no part ${name}`);
  return found;
}
