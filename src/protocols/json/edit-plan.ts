/** Arranges a list of edits as a tree along their paths, and says afterwards whether each of them found its place. */

import type { JsonEdit, JsonPath } from '../../model/wire.ts';

export interface EditNode {
  /** The last segment of the path: a number means an array element and must not be added to an object. */
  readonly segment: string | number;
  readonly children: Map<string, EditNode>;
  /** The value is replaced by this JSON text. */
  replacement: string | undefined;
  removed: boolean;
  /** Elements to put before this one, in order. */
  readonly before: string[];
  /** Elements to add to this array, in order. */
  readonly append: string[];
  /** The walk has met the value, or has added it. */
  placed: boolean;
  isArray: boolean;
}

export function planEdits(edits: readonly JsonEdit[]): EditNode {
  const root = emptyNode('');
  for (const edit of edits) {
    let node = root;
    for (const segment of edit.path) {
      const key = String(segment);
      let child = node.children.get(key);
      if (child === undefined) {
        child = emptyNode(segment);
        node.children.set(key, child);
      }
      node = child;
    }
    addEdit(node, edit);
  }
  if (root.removed || root.before.length > 0) throw new Error('editJson: the whole document cannot be removed');
  return root;
}

/** Throws for an edit without a place. To remove what is not there is no fault. */
export function checkAllPlaced(node: EditNode, path: JsonPath): void {
  if (node.removed || node.replacement !== undefined) {
    if (node.placed || (node.removed && node.before.length === 0)) return;
    throw missing(path);
  }
  if (!node.placed) throw missing(path);
  if (node.append.length > 0 && !node.isArray) throw new Error(`editJson: no array at ${JSON.stringify(path)}`);
  for (const child of node.children.values()) {
    const childPath = [...path, child.segment];
    if (child.before.length > 0 && !node.isArray) throw new Error(`editJson: no array at ${JSON.stringify(path)}`);
    checkAllPlaced(child, childPath);
  }
}

function addEdit(node: EditNode, edit: JsonEdit): void {
  switch (edit.op) {
    case 'set':
      node.replacement = edit.json;
      node.removed = false;
      break;
    case 'remove':
      node.replacement = undefined;
      node.removed = true;
      break;
    case 'append':
      node.append.push(edit.json);
      break;
    case 'before':
      node.before.push(edit.json);
      break;
  }
}

function emptyNode(segment: string | number): EditNode {
  return {
    segment,
    children: new Map(),
    replacement: undefined,
    removed: false,
    before: [],
    append: [],
    placed: false,
    isArray: false,
  };
}

function missing(path: JsonPath): Error {
  return new Error(`editJson: nothing at ${JSON.stringify(path)}`);
}
