// Applications whose providers cannot all be made, in a process of its own. What they have opened, nobody closes.
import 'reflect-metadata';
import { Test } from '@nestjs/testing';
import { CasCacheModule, CasCacheService } from 'nestjs-cascache';
import type { CasCacheModuleOptions } from 'nestjs-cascache';

const failing = {
  provide: 'failing',
  inject: [CasCacheService],
  useFactory: () => {
    throw new Error('another provider throws');
  },
};

for (const options of JSON.parse(process.argv[2] as string) as CasCacheModuleOptions[]) {
  const imports = [CasCacheModule.forRoot({ ...options, logger: false }), CasCacheModule.forFeature('user')];
  await Test.createTestingModule({ imports, providers: [failing] })
    .setLogger({ log() {}, error() {}, warn() {} })
    .compile()
    .catch((error: unknown) => console.log((error as Error).message));
}
