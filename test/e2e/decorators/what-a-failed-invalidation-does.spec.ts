import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { CasCacheModule, CasCacheService, CasInvalidate, CasInvalidateError, getCasCacheToken } from 'nestjs-cascache';
import type { CasCacheModuleOptions, CasCacheNamespaceOptions } from 'nestjs-cascache';
import { CallLog } from '../../support/core/call-log.js';
import { ScriptedGenerations } from '../../support/core/scripted-generations.js';
import { applications, errorOf } from '../../support/nest/applications.js';

const { compile } = applications();

@Injectable()
class Users {
  @CasInvalidate({ key: (id: string) => id })
  async update(id: string): Promise<string> {
    return `updated ${id}`;
  }

  @CasInvalidate({ key: (id: string) => id, onFailure: 'throw' })
  async throwing(id: string): Promise<string> {
    return `updated ${id}`;
  }

  @CasInvalidate({ key: (id: string) => id, onFailure: 'report' })
  async reporting(id: string): Promise<string> {
    return `updated ${id}`;
  }
}

type OnFailure = CasCacheNamespaceOptions['onFailure'];

/** An application whose generation store fails every bump. */
async function failing(ofModule: OnFailure, ofNamespace: OnFailure) {
  const generations = new ScriptedGenerations('process', new CallLog());
  generations.script.fail('bumpMany', 'reject');
  generations.script.fail('bump', 'reject');
  const defaults: CasCacheModuleOptions['defaults'] = { onFailure: ofModule };
  const app = await compile({
    imports: [
      CasCacheModule.forRoot({ genStore: generations, logger: false, defaults }),
      CasCacheModule.forFeature({ namespace: 'user', onFailure: ofNamespace }),
    ],
    providers: [Users],
  });
  return { users: app.get(Users), cache: app.get<CasCacheService>(getCasCacheToken('user')) };
}

describe('a @CasInvalidate method whose invalidation fails after its write', () => {
  it.each<[ofModule: OnFailure, ofNamespace: OnFailure, does: OnFailure]>([
    [undefined, undefined, 'throw'],
    ['report', undefined, 'report'],
    ['report', 'throw', 'throw'],
    ['throw', 'report', 'report'],
    [undefined, 'report', 'report'],
  ])('of the module %p, of the namespace %p: %p', async (ofModule, ofNamespace, does) => {
    const { users } = await failing(ofModule, ofNamespace);
    if (does === 'report') expect(await users.update('1')).toBe('updated 1');
    else expect(await errorOf(() => users.update('1'))).toMatchObject({ code: 'CAS_INVALIDATE', result: 'updated 1' });
  });

  it('does what its own decorator says before that', async () => {
    const { users } = await failing(undefined, 'report');
    expect(await errorOf(() => users.throwing('1'))).toBeInstanceOf(CasInvalidateError);
    const { users: others } = await failing(undefined, 'throw');
    expect(await others.reporting('1')).toBe('updated 1');
  });

  it('cache.invalidate itself always throws', async () => {
    const { cache } = await failing('report', 'report');
    expect(await errorOf(() => cache.invalidate('1'))).toBeInstanceOf(CasInvalidateError);
  });
});
