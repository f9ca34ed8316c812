// `npm run paths`: prints which files of lib a hit, a miss with its fill, and an invalidation pass, in order, in
// process and on Redis. A copy of lib is compiled in which every function notes the file that it stands in.
// `-- --list` names the files.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import 'reflect-metadata';
import ts from 'typescript';
import { ensureRedis } from '../support/ensure-redis.mjs';
import { trace } from './trace.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const lib = join(root, 'lib');

const redis = ensureRedis();
process.env.REDIS_SERVER_BIN = redis.server;
process.env.REDIS_CLI_BIN = redis.cli;
const { startRedis } = await import('../support/redis/redis-server.mjs');

const scratch = join(root, 'node_modules/.cache');
mkdirSync(scratch, { recursive: true });
const folder = mkdtempSync(join(scratch, 'cascache-paths-'));
let server;
try {
  compile();
  server = await startRedis();
  const library = (file) => import(pathToFileURL(join(folder, file)).href);
  await trace(library, `redis://127.0.0.1:${server.port}`);
} finally {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}

function compile() {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const file of readdirSync(lib, { recursive: true })) {
    if (!file.endsWith('.ts')) continue;
    const { outputText } = ts.transpileModule(readFileSync(join(lib, file), 'utf8'), {
      fileName: file,
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ES2022,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
        useDefineForClassFields: false,
      },
      transformers: { after: [noting(file.replace(/\.ts$/, ''))] },
    });
    const target = join(folder, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
}

/** Puts `globalThis.noteFile?.(file)` before the first statement of every function. */
function noting(file) {
  return (context) => (source) => {
    const { factory } = context;
    const note = () =>
      factory.createExpressionStatement(
        factory.createCallChain(
          factory.createPropertyAccessExpression(factory.createIdentifier('globalThis'), 'noteFile'),
          factory.createToken(ts.SyntaxKind.QuestionDotToken),
          undefined,
          [factory.createStringLiteral(file)],
        ),
      );
    const visit = (node) => {
      const seen = ts.visitEachChild(node, visit, context);
      if (!ts.isFunctionLike(seen) || seen.body === undefined) return seen;
      if (!ts.isBlock(seen.body)) {
        const body = factory.createBlock([note(), factory.createReturnStatement(seen.body)]);
        return factory.updateArrowFunction(
          seen,
          seen.modifiers,
          seen.typeParameters,
          seen.parameters,
          seen.type,
          seen.equalsGreaterThanToken,
          body,
        );
      }
      const { statements } = seen.body;
      const directives = statements.findIndex(
        (each) => !ts.isExpressionStatement(each) || !ts.isStringLiteral(each.expression),
      );
      const at = ts.isConstructorDeclaration(seen) ? statements.length : Math.max(0, directives);
      const body = factory.createBlock([...statements.slice(0, at), note(), ...statements.slice(at)], true);
      return replaceBody(seen, body);
    };
    const replaceBody = (node, body) => {
      const { modifiers, name, typeParameters, parameters, type, asteriskToken } = node;
      if (ts.isFunctionDeclaration(node))
        return factory.updateFunctionDeclaration(
          node,
          modifiers,
          asteriskToken,
          name,
          typeParameters,
          parameters,
          type,
          body,
        );
      if (ts.isFunctionExpression(node))
        return factory.updateFunctionExpression(
          node,
          modifiers,
          asteriskToken,
          name,
          typeParameters,
          parameters,
          type,
          body,
        );
      if (ts.isMethodDeclaration(node))
        return factory.updateMethodDeclaration(
          node,
          modifiers,
          asteriskToken,
          name,
          undefined,
          typeParameters,
          parameters,
          type,
          body,
        );
      if (ts.isGetAccessor(node))
        return factory.updateGetAccessorDeclaration(node, modifiers, name, parameters, type, body);
      if (ts.isSetAccessor(node)) return factory.updateSetAccessorDeclaration(node, modifiers, name, parameters, body);
      if (ts.isConstructorDeclaration(node))
        return factory.updateConstructorDeclaration(node, modifiers, parameters, body);
      return factory.updateArrowFunction(
        node,
        modifiers,
        typeParameters,
        parameters,
        type,
        node.equalsGreaterThanToken,
        body,
      );
    };
    return ts.visitNode(source, visit);
  };
}
