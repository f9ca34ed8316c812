import { describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import { CasCacheModule, CasCached, CasConfigError, CasInvalidate } from 'nestjs-cascache';
import { applications, errorOf } from '../../support/nest/applications.js';

const { compile } = applications();

/** As from plain JavaScript: the compiler refuses these. */
const ofFind = { of: 'find' as never };

class WithDefault {
  @CasCached()
  async find(_id: string, _locale = 'en'): Promise<string> {
    return 'old';
  }

  @CasInvalidate(ofFind)
  async rename(_id: string, _name: string): Promise<void> {}
}

class WithRest {
  @CasCached()
  async find(..._ids: string[]): Promise<string> {
    return 'old';
  }

  @CasInvalidate(ofFind)
  async rename(_id: string, _name: string): Promise<void> {}
}

class OverridesRest extends WithRest {
  @CasCached()
  override async find(): Promise<string> {
    return super.find('1', '2');
  }
}

class WithArgs {
  name = 'old';

  @CasCached()
  async find(_id: string, _locale = 'en'): Promise<string> {
    return this.name;
  }

  @CasInvalidate({ of: 'find', args: (id: string) => [id] })
  async rename(_id: string, name: string): Promise<void> {
    this.name = name;
  }
}

const imports = [CasCacheModule.forRoot(), CasCacheModule.forFeature('user')];

describe('of, without args, is an error at start-up', () => {
  it.each<[string, Type, string]>([
    ['where the cached method has a parameter with a default', WithDefault, 'WithDefault.find'],
    ['where it takes any number of arguments', WithRest, 'WithRest.find'],
    ['where a method that it overrides does', OverridesRest, 'WithRest.find'],
  ])('%s', async (_, type, label) => {
    const error = await errorOf(() => compile({ imports, providers: [type] }));
    expect(error).toBeInstanceOf(CasConfigError);
    expect(error.message).toContain(`${label} has optional parameters`);
    expect(error.message).toContain('give `args`');
  });
});

it('of, with args, invalidates the call that they are the arguments of', async () => {
  const app = await compile({ imports, providers: [WithArgs] });
  const repository = app.get(WithArgs);
  await repository.find('42');
  await repository.rename('42', 'new');
  expect(await repository.find('42')).toBe('new');
});
