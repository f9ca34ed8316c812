import ts from 'typescript';

/**
 * Where a concept stands in `lib`: the file, the method or function that carries it out, and what of that is meant. A
 * place survives what happens around it: other lines, other local names, another order. When it is lost, the message
 * says which concept has to be found again.
 */
export interface Place {
  /** The concept, as a person would name it. */
  readonly what: string;
  /** As in `lib`. */
  readonly file: string;
  /**
   * `Class.method`, or the name of a function or of a constant of the module; `function.property` of what it returns.
   */
  readonly in: string;
  readonly at: Anchor;
}

/** What is meant of a method. Each must be found there exactly once; of two that nest, the outer one is meant. */
export type Anchor =
  /** A call of that name. `owner.name` where the name alone is not enough, `with` where an argument tells it. */
  | { readonly call: string; readonly with?: string }
  /** The whole statement around such a call. */
  | { readonly statement: string }
  /** The condition of an `if` that mentions all of these names. */
  | { readonly condition: readonly string[] }
  /** The whole `if` statement whose condition mentions all of these names, and what belongs to it. */
  | { readonly if: readonly string[] }
  /** One of the parts that `&&` or `||` joins: the one that mentions this name. */
  | { readonly operand: string }
  /** What is returned, by the one return statement that mentions all of these names. */
  | { readonly returns: readonly string[] }
  /** What a variable or a field of that name is given. */
  | { readonly value: string }
  /** A fragment of the Lua in a constant. Spaces do not count. */
  | { readonly lua: string }
  /** The whole line of Lua that has this fragment. */
  | { readonly line: string };

/** What stands at a place. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The texts of the arguments, where the place is a call. */
  readonly args: readonly string[];
}

/** @throws when the concept no longer has its place */
export function findPlace(place: Place, source: string): Found {
  const file = ts.createSourceFile(place.file, source, ts.ScriptTarget.Latest, true);
  const owner = ownerOf(file, place.in);
  if (owner === undefined) throw lost(place, `there is no ${place.in}`);
  const { at } = place;
  const found = 'lua' in at || 'line' in at ? luaIn(owner, at) : nodesIn(owner, at).map(foundAt);
  if (found.length !== 1) throw lost(place, `${place.in} has ${found.length} of ${JSON.stringify(at)}, not one`);
  return found[0] as Found;
}

function lost({ what, file }: Place, why: string): Error {
  return new Error(
    `A mutant lost the place of its concept, "${what}": in lib/${file} ${why}. ` +
      'Say in test/support/interleaving/mutants/places.ts where it is now.',
  );
}

/** The method, function or constant that is named. */
function ownerOf(file: ts.SourceFile, name: string): ts.Node | undefined {
  const [outer, inner] = name.split('.') as [string, string?];
  for (const statement of file.statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name?.text === outer) {
      return inner === undefined ? statement : propertyOf(statement, inner);
    }
    if (ts.isClassDeclaration(statement) && statement.name?.text === outer) {
      return statement.members.find((member) => member.name?.getText() === inner);
    }
    if (ts.isVariableStatement(statement)) {
      const constant = statement.declarationList.declarations.find((each) => each.name.getText() === name);
      if (constant !== undefined) return constant;
    }
  }
  return undefined;
}

function propertyOf(owner: ts.Node, name: string): ts.Node | undefined {
  return outermost(owner, (node) =>
    ts.isPropertyAssignment(node) && node.name.getText() === name ? node : undefined,
  )[0];
}

function nodesIn(owner: ts.Node, at: Exclude<Anchor, { lua: string } | { line: string }>): ts.Node[] {
  if ('call' in at) return outermost(owner, (node) => (isCallOf(node, at.call, at.with) ? node : undefined));
  if ('statement' in at) {
    return outermost(owner, (node) => (isCallOf(node, at.statement) ? statementAround(node) : undefined));
  }
  if ('condition' in at) return ifsIn(owner, at.condition).map(({ expression }) => expression);
  if ('if' in at) return ifsIn(owner, at.if);
  if ('operand' in at) return outermost(owner, (node) => (isOperand(node, at.operand) ? node : undefined));
  if ('returns' in at) {
    return outermost(owner, (node) =>
      ts.isReturnStatement(node) && node.expression !== undefined && mentions(node.expression, at.returns)
        ? node.expression
        : undefined,
    );
  }
  return outermost(owner, (node) => valueOf(node, at.value));
}

/** What `pick` makes of the nodes below, without those inside a node that was picked. */
function outermost<T extends ts.Node>(owner: ts.Node, pick: (node: ts.Node) => T | undefined): T[] {
  const picked: T[] = [];
  const visit = (node: ts.Node): void => {
    const one = pick(node);
    if (one === undefined) ts.forEachChild(node, visit);
    else picked.push(one);
  };
  ts.forEachChild(owner, visit);
  return picked;
}

function isCallOf(node: ts.Node, name: string, argument?: string): boolean {
  if (!ts.isCallExpression(node)) return false;
  const callee = node.expression.getText().replaceAll(/[?\s]/g, '');
  if (callee !== name && !callee.endsWith(`.${name}`)) return false;
  return argument === undefined || node.arguments.some((each) => each.getText() === argument);
}

function statementAround(node: ts.Node): ts.Node {
  let around = node;
  while (!ts.isBlock(around.parent)) around = around.parent;
  return around;
}

/** An `else if` has a condition of its own. */
function ifsIn(owner: ts.Node, names: readonly string[]): ts.IfStatement[] {
  return outermost(owner, (node) => (ts.isIfStatement(node) && mentions(node.expression, names) ? node : undefined));
}

function isLogical(node: ts.Node): boolean {
  if (!ts.isBinaryExpression(node)) return false;
  const { kind } = node.operatorToken;
  return kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken;
}

function isOperand(node: ts.Node, name: string): boolean {
  return isLogical(node.parent) && !isLogical(node) && mentions(node, [name]);
}

function valueOf(node: ts.Node, name: string): ts.Expression | undefined {
  if (ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node)) {
    return node.name.getText() === name ? node.initializer : undefined;
  }
  const isAssignment = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return isAssignment && node.left.getText() === `this.${name}` ? node.right : undefined;
}

function mentions(node: ts.Node, names: readonly string[]): boolean {
  const said = new Set<string>();
  const visit = (each: ts.Node): void => {
    if (ts.isIdentifier(each)) said.add(each.text);
    ts.forEachChild(each, visit);
  };
  visit(node);
  return names.every((name) => said.has(name));
}

function foundAt(node: ts.Node): Found {
  const args = ts.isCallExpression(node) ? node.arguments.map((each) => each.getText()) : [];
  return { start: node.getStart(), end: node.end, text: node.getText(), args };
}

function luaIn(owner: ts.Node, at: { readonly lua: string } | { readonly line: string }): Found[] {
  const words = ('lua' in at ? at.lua : at.line).trim().split(/\s+/);
  const fragment = words.map((word) => word.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)).join(String.raw`\s+`);
  const pattern = 'lua' in at ? fragment : `(?<=^[ \\t]*)\\S.*?${fragment}.*$|(?<=^[ \\t]*)${fragment}.*$`;
  return [...owner.getText().matchAll(new RegExp(pattern, 'gm'))].map(({ index, 0: text }) => {
    const start = owner.getStart() + index;
    return { start, end: start + text.length, text, args: [] };
  });
}
