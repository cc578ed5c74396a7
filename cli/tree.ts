/** How a tree reads as text. */

export interface TreeNode {
  id: string;
  parentId: string | null;
  label: string;
  /** Lines below the label, before the children; for example the people of a department. */
  leaves: string[];
}

/** The tree as lines with branches drawn; nodes whose parent is not in the list are roots. */
export function treeLines(nodes: TreeNode[]): string[] {
  const children = new Map<string | null, TreeNode[]>();
  const ids = new Set(nodes.map((node) => node.id));
  for (const node of nodes) {
    const parent = node.parentId !== null && ids.has(node.parentId) ? node.parentId : null;
    children.set(parent, [...(children.get(parent) ?? []), node]);
  }
  const lines: string[] = [];
  const draw = (node: TreeNode, lead: string, below: string): void => {
    lines.push(lead + node.label);
    const kids = children.get(node.id) ?? [];
    const total = node.leaves.length + kids.length;
    node.leaves.forEach((leaf, at) => {
      lines.push(below + (at === total - 1 ? '└─ ' : '├─ ') + leaf);
    });
    kids.forEach((kid, at) => {
      const last = node.leaves.length + at === total - 1;
      draw(kid, below + (last ? '└─ ' : '├─ '), below + (last ? '   ' : '│  '));
    });
  };
  for (const root of children.get(null) ?? []) draw(root, '', '');
  return lines;
}
