import { isCollection, isNode, isPair, isScalar, type Node, Scalar } from 'yaml';

/** Where the line of an offset begins. */
export const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** Where the next line begins, or the text ends. */
export const nextLine = (text: string, offset: number): number => {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
};

/** How far from its line's beginning something stands; `null` where other things than blanks are before it. */
export const columnOf = (text: string, offset: number): number | null => {
  const start = lineStart(text, offset);
  return /^ *$/.test(text.slice(start, offset)) ? offset - start : null;
};

/** Where the line after the last one of a node begins. @param from where the node is empty */
export const endOfNode = (text: string, node: Node | null, from: number): number => {
  const last = findLast(node);
  if (last === null) return nextLine(text, from);
  const end = last.range?.[1] ?? from;
  const isBlock = isScalar(last) && (last.type === Scalar.BLOCK_LITERAL || last.type === Scalar.BLOCK_FOLDED);
  return isBlock && text[end - 1] === '\n' ? end : nextLine(text, Math.max(end, from));
};

/** Goes on over comments that stand at `column` or further right: those of the list or mapping that ends there. */
export const skipComments = (text: string, offset: number, column: number): number => {
  let end = offset;
  for (let start = offset; start < text.length; start = nextLine(text, start)) {
    const line = text.slice(start, nextLine(text, start));
    if (line.trim() === '') continue;
    const indentation = /^( *)#/.exec(line)?.[1];
    if (indentation === undefined || indentation.length < column) break;
    end = nextLine(text, start);
  }
  return end;
};

const findLast = (node: Node | null): Node | null => {
  if (!isCollection(node) || node.flow === true) return node;
  const item: unknown = node.items.at(-1);
  const last: unknown = isPair(item) ? (item.value ?? item.key) : item;
  return isNode(last) ? findLast(last) : node;
};
