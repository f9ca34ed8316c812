import type { Provider } from '@nestjs/common';
import { CasConfigError } from '../errors.js';
import { checkNames } from './check-names.js';
import type { CasCacheModuleAsyncOptions, CasCacheModuleOptions, CasCacheOptionsFactory } from './module-options.js';
import { CAS_MODULE_OPTIONS } from './tokens.js';

export function optionsProviders(options: CasCacheModuleOptions): Provider[] {
  return [{ provide: CAS_MODULE_OPTIONS, useValue: options }];
}

/** @throws CasConfigError unless exactly one of the three ways is given */
export function asyncOptionsProviders(options: CasCacheModuleAsyncOptions): Provider[] {
  const { useFactory, useClass, useExisting, inject } = options;
  const given = [useFactory, useClass, useExisting].filter((way) => way !== undefined);
  if (given.length !== 1) {
    throw new CasConfigError('CasCacheModule.forRootAsync: give exactly one of useFactory, useClass and useExisting.');
  }
  checkNames(options, 'moduleAsync', 'CasCacheModule.forRootAsync');
  const check = (answer: CasCacheModuleOptions): CasCacheModuleOptions => checkGlobal(answer, options.isGlobal);
  if (useFactory !== undefined) {
    const make = async (...injected: unknown[]): Promise<CasCacheModuleOptions> => check(await useFactory(...injected));
    return [{ provide: CAS_MODULE_OPTIONS, inject: inject ?? [], useFactory: make }];
  }
  const fromFactory = async (factory: CasCacheOptionsFactory): Promise<CasCacheModuleOptions> =>
    check(await factory.createCasCacheOptions());
  if (useExisting !== undefined) {
    return [{ provide: CAS_MODULE_OPTIONS, inject: [useExisting], useFactory: fromFactory }];
  }
  const type = useClass as NonNullable<typeof useClass>;
  return [type, { provide: CAS_MODULE_OPTIONS, inject: [type], useFactory: fromFactory }];
}

/** What is exported was settled before the factory ran: its own isGlobal comes too late. */
function checkGlobal(answer: CasCacheModuleOptions, isGlobal = true): CasCacheModuleOptions {
  const late = (answer as CasCacheModuleOptions | undefined)?.isGlobal;
  if (late === undefined || late === isGlobal) return answer;
  throw new CasConfigError('CasCacheModule.forRootAsync: isGlobal belongs beside the factory, not in its answer.');
}
