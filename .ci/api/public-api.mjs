// The public API as text: every name that an entry of the package exports, with its type, without comments and without
// what is private. It is read from the declarations that the build emits, so it is what an application compiles
// against.
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/** Where the declarations stand while they are read. No such folder exists. */
const EMITTED = '/declarations';
const PRINTER = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

/**
 * @param {string} root of the repository
 * @returns {Map<string, string>} the text of each entry, under a name such as `index` or `codecs-cbor`
 */
export function publicApi(root) {
  const options = optionsOf(root);
  const declarations = emit(root, options);
  const program = read(declarations, options);
  const checker = program.getTypeChecker();
  const entries = entriesOf(root).map(([name, path]) => {
    const file = program.getSourceFile(posix.join(EMITTED, path));
    const module = file && checker.getSymbolAtLocation(file);
    if (module === undefined) throw new Error(`package.json exports ${path}, of which lib has no source`);
    return {
      name,
      exported: checker.getExportsOfModule(module).map((symbol) => ({ name: symbol.name, symbol: origin(symbol) })),
    };
  });
  function origin(symbol) {
    return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  }

  const known = new Set(entries.flatMap(({ exported }) => exported.map(({ symbol }) => symbol)));
  return new Map(
    entries.map(({ name, exported }) => {
      const sorted = exported.toSorted((a, b) => (a.name < b.name ? -1 : 1));
      const others = namedBy(
        sorted.map(({ symbol }) => symbol),
        known,
        checker,
        origin,
      );
      const parts = [
        ...sorted.map((each) => text(each, checker)),
        ...(others.length > 0 ? ['// Not exported, and named by the above.'] : []),
        ...others.map((symbol) => text({ name: symbol.name, symbol }, checker)),
      ];
      return [name, `${parts.join('\n\n')}\n`];
    }),
  );
}

/** Each entry of package.json as a name for its text, and the path of its declarations. */
function entriesOf(root) {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.entries(exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([entry, target]) => [
      entry === '.' ? 'index' : entry.slice(2).replaceAll('/', '-'),
      target.import.types.replace('./dist/esm/', ''),
    ]);
}

function optionsOf(root) {
  const path = join(root, 'tsconfig.build.json');
  const { config } = ts.readConfigFile(path, (file) => ts.sys.readFile(file));
  return ts.parseJsonConfigFileContent(config, ts.sys, root).options;
}

/** What the build would write, by path. */
function emit(root, options) {
  const sources = ts.sys.readDirectory(join(root, 'lib'), ['.ts']);
  const declarations = new Map();
  const target = { ...options, outDir: EMITTED, noEmitOnError: false, emitDeclarationOnly: true };
  const program = ts.createProgram(sources, target);
  program.emit(undefined, (path, content) => declarations.set(path, content), undefined, true);
  return declarations;
}

/** The declarations as a program of their own. Packages keep their names and are not looked into. */
function read(declarations, options) {
  const target = { ...options, noEmit: true, types: [], noLib: true, skipLibCheck: true };
  const host = ts.createCompilerHost(target);
  host.fileExists = (path) => declarations.has(path);
  host.readFile = (path) => declarations.get(path);
  host.directoryExists = () => true;
  host.getSourceFile = (path) =>
    declarations.has(path)
      ? ts.createSourceFile(path, declarations.get(path), ts.ScriptTarget.Latest, true)
      : undefined;
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text: name }) => {
      const resolvedFileName = posix.join(posix.dirname(from), name.replace(/\.js$/, '.d.ts'));
      const isOurs = name.startsWith('.') && declarations.has(resolvedFileName);
      return { resolvedModule: isOurs ? { resolvedFileName, extension: '.d.ts' } : undefined };
    });
  return ts.createProgram([...declarations.keys()], target, host);
}

/**
 * What is declared in the package and not exported, and that the types of `symbols` lead to: shapes, and classes that
 * are extended. What else leads to a class, and what a constructor takes, is built by the package itself.
 */
function namedBy(symbols, known, checker, origin) {
  const found = new Set();
  const queue = [...symbols];
  for (let symbol = queue.shift(); symbol !== undefined; symbol = queue.shift()) {
    const visit = (node) => {
      if (isPrivate(node) || ts.isConstructorDeclaration(node)) return;
      if (ts.isIdentifier(node)) {
        const named = checker.getSymbolAtLocation(node);
        const target = named && origin(named);
        const isNew = target?.declarations?.some(isOfModule) && !known.has(target) && !found.has(target);
        const isBase = ts.findAncestor(node, ts.isHeritageClause) !== undefined;
        if (isNew && (isBase || !target.declarations.some(ts.isClassDeclaration))) {
          found.add(target);
          queue.push(target);
        }
      }
      ts.forEachChild(node, visit);
    };
    symbol.declarations?.forEach(visit);
  }
  return [...found].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** A declaration of a module itself: no member, parameter or variable of something else. */
function isOfModule(node) {
  const parent = ts.isVariableDeclaration(node) ? node.parent.parent.parent : node.parent;
  return parent !== undefined && ts.isSourceFile(parent) && !ts.isExportDeclaration(node);
}

function isPrivate(node) {
  if (!ts.isClassElement(node)) return false;
  const isHidden = (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) !== 0;
  return isHidden || (node.name !== undefined && ts.isPrivateIdentifier(node.name));
}

function text({ name, symbol }, checker) {
  const declarations = (symbol.declarations ?? []).map((node) => {
    const statement = ts.isVariableDeclaration(node) ? node.parent.parent : node;
    return PRINTER.printNode(ts.EmitHint.Unspecified, publicPart(statement), statement.getSourceFile());
  });
  const renamed = name === symbol.name ? [] : [`// ${name} is another name of ${checker.symbolToString(symbol)}.`];
  return [...renamed, ...declarations].join('\n');
}

/** A class without what is private. Other declarations are public as a whole. */
function publicPart(node) {
  if (!ts.isClassDeclaration(node)) return node;
  const members = node.members.filter((member) => !isPrivate(member));
  const { modifiers, name, typeParameters, heritageClauses } = node;
  return ts.factory.updateClassDeclaration(node, modifiers, name, typeParameters, heritageClauses, members);
}
