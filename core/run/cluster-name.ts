/** `CONTEXT/NAMESPACE` of kubectl: what a person approves as a place for pods. */
export function clusterName({
  context,
  namespace,
}: {
  readonly context: string;
  readonly namespace: string;
}): string {
  return `${context}/${namespace}`;
}
