import { NestFactory } from '@nestjs/core';

const LIST = process.argv.includes('--list');

/** Runs each operation on each topology, and prints what it passed. */
export async function trace(library, url) {
  const { CasCacheModule, getCasCacheToken } = await library('index.js');
  const rows = [];
  for (const topology of ['memory', 'redis']) {
    const options = topology === 'memory' ? {} : { redis: url };
    const Root = function Root() {};
    const app = await NestFactory.createApplicationContext(
      { module: Root, imports: [CasCacheModule.forRoot(options), CasCacheModule.forFeature('user')] },
      { logger: ['error'] },
    );
    const cache = app.get(getCasCacheToken('user'), { strict: false });
    const load = async () => ({ id: 1 });
    // What runs only once, such as a script that the server learns, is no part of a path.
    for (let i = 0; i < 20; i++) {
      await cache.getOrLoad(`warm-up ${i}`, load);
      await cache.get(`warm-up ${i}`);
      await cache.invalidate(`warm-up ${i}`);
    }
    await cache.getOrLoad('hit', load);
    const observed = await cache.snapshotGen('filled');
    await settled();
    rows.push(
      await passed(topology, 'hit', () => cache.get('hit')),
      await passed(topology, 'miss', () => cache.getOrLoad('miss', load)),
      await passed(topology, 'fill', () => cache.setWithGen('filled', { id: 2 }, observed)),
      await passed(topology, 'invalidate', () => cache.invalidate('hit')),
    );
    await app.close();
  }
  console.log('A path through lib: files entered, functions entered, and returns to a file that it had left');
  console.table(
    rows.map(({ topology, path, filesEntered, functionsEntered, returns }) => ({
      topology,
      path,
      filesEntered,
      functionsEntered,
      returns,
    })),
  );
  if (LIST) for (const { topology, path, files } of rows) console.log(`\n${topology} ${path}\n  ${files.join('\n  ')}`);
}

async function passed(topology, path, operation) {
  const files = [];
  let functions = 0;
  let returns = 0;
  let last;
  globalThis.noteFile = (file) => {
    functions++;
    if (file === last) return;
    if (files.includes(file)) returns++;
    else files.push(file);
    last = file;
  };
  await operation();
  delete globalThis.noteFile;
  await settled();
  return { topology, path, filesEntered: files.length, functionsEntered: functions, returns, files };
}

/** What goes on behind a call, such as a drop that nothing waits for, is no part of the next one. */
function settled() {
  return new Promise((resolve) => setTimeout(resolve, 50));
}
