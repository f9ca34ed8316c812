import { afterEach } from '@jest/globals';
import type { INestApplicationContext, ModuleMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule, TestingModuleBuilder } from '@nestjs/testing';

export type Compile = (
  metadata: ModuleMetadata,
  adjust?: (builder: TestingModuleBuilder) => TestingModuleBuilder,
) => Promise<TestingModule>;

/** Makes applications for the tests of a file, and closes them after each. */
export function applications(): {
  compile: Compile;
  start: Compile;
  track<T extends INestApplicationContext>(app: T): T;
} {
  const open = new Set<INestApplicationContext>();
  const track = <T extends INestApplicationContext>(app: T): T => {
    const close = app.close.bind(app);
    // Nest runs the hooks again when it is asked to close again.
    app.close = async () => {
      if (open.delete(app)) await close();
    };
    open.add(app);
    return app;
  };
  const compile: Compile = async (metadata, adjust = (builder) => builder) =>
    track(await adjust(Test.createTestingModule(metadata)).compile());
  afterEach(async () => {
    for (const app of open) await app.close();
  });
  return {
    /** The providers are made, and no life-cycle hook has run. */
    compile,
    /** The application is initialised. */
    start: async (metadata, adjust) => {
      const module = await compile(metadata, adjust);
      await module.init();
      return module;
    },
    track,
  };
}

/** The error that the work ends with. */
export async function errorOf(work: () => unknown): Promise<Error> {
  try {
    await work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected an error, and there was none');
}
