import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { transformSync } from '@swc/core';

import { findPlace } from './place.js';
import type { Found, Place } from './place.js';

/** One replacement in a file of `lib`. */
export type Edit = PlaceEdit | ImportEdit;

/** Other code at the place of a concept. */
export interface PlaceEdit {
  readonly place: Place;
  readonly to: (found: Found) => string;
}

/** One import more, for what the other edits of a file name. */
export interface ImportEdit {
  readonly file: string;
  readonly import: string;
}

/** Edits are made one after the other: a place is looked for in what the edits before it have left. */
export function instead(place: Place, to: string | ((found: Found) => string)): PlaceEdit {
  return { place, to: typeof to === 'string' ? () => to : to };
}

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const SCRATCH = join(ROOT, 'node_modules/.cache/cascache-broken');
/** Whatever the core and its stores need. */
const FOLDERS = ['common', 'contracts', 'core', 'generations', 'keys', 'memory', 'providers', 'redis', 'wire'];

/**
 * A copy of `lib`, compiled, in a place that git ignores: from where it finds the same packages, and is loaded beside
 * the code that it was copied from.
 */
export class BrokenCopy {
  private constructor(private readonly folder: string) {}

  /** @throws when the place of an edit is not there, or not just once: a mutant must not stop to mutate unnoticed */
  static async make(edits: readonly Edit[]): Promise<BrokenCopy> {
    const sources = await sourcesOf(edits);
    await mkdir(SCRATCH, { recursive: true });
    const copy = new BrokenCopy(await mkdtemp(join(SCRATCH, 'lib-')));
    await copy.write('package.json', '{ "type": "module" }');
    for (const [file, source] of sources) await copy.write(file.replace(/\.ts$/, '.js'), compile(file, source));
    return copy;
  }

  /** @param file as in `lib`, with the ending `.js` */
  load<T>(file: string): Promise<T> {
    return import(this.urlOf(file)) as Promise<T>;
  }

  /** Where another process can import it from. */
  urlOf(file: string): string {
    return pathToFileURL(join(this.folder, file)).href;
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  private async write(file: string, text: string): Promise<void> {
    const path = join(this.folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

async function sourcesOf(edits: readonly Edit[]): Promise<Map<string, string>> {
  const files = await Promise.all(FOLDERS.map((folder) => readdir(join(ROOT, 'lib', folder), { recursive: true })));
  const names = files.flatMap((found, i) => found.map((file) => `${FOLDERS[i] as string}/${file}`));
  const sources = new Map<string, string>();
  for (const name of ['errors.ts', 'write-errors.ts', ...names.filter((file) => /\.(?:ts|cjs)$/.test(file))]) {
    sources.set(name, await readFile(join(ROOT, 'lib', name), 'utf8'));
  }
  for (const edit of edits) {
    const { file } = 'place' in edit ? edit.place : edit;
    sources.set(file, edited(sources.get(file) ?? '', edit));
  }
  return sources;
}

function edited(source: string, edit: Edit): string {
  if ('import' in edit) return `${edit.import}\n${source}`;
  const found = findPlace(edit.place, source);
  return source.slice(0, found.start) + edit.to(found) + source.slice(found.end);
}

/** What does not change from one copy to the next is compiled once. */
const COMPILED = new Map<string, string>();

function compile(file: string, source: string): string {
  if (!file.endsWith('.ts')) return source;
  const known = COMPILED.get(source);
  if (known !== undefined) return known;
  const { code } = transformSync(source, { filename: file, configFile: join(ROOT, '.swcrc'), sourceMaps: false });
  COMPILED.set(source, code);
  return code;
}
