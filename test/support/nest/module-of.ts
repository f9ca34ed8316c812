import { Module } from '@nestjs/common';
import type { DynamicModule, ModuleMetadata } from '@nestjs/common';

/** A module of its own, with a class of its own, as an application has one for each feature. */
export function moduleOf(metadata: ModuleMetadata): DynamicModule {
  @Module({})
  class SomeModule {}
  return { module: SomeModule, ...metadata };
}
