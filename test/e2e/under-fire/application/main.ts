// An application with HTTP, to be run as a process of its own and killed. It says which requests it began, so that a
// client can tell those that were lost from those that were never accepted.
import 'reflect-metadata';
import { Controller, Get, Module, Param, Put, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CasCacheModule } from 'nestjs-cascache';
import type { CasTopology } from 'nestjs-cascache';
import { Users } from './users.js';

const [port, topology, ending] = process.argv.slice(2) as [string, CasTopology, 'hooks' | 'close'];

@Controller('users')
class UsersController {
  constructor(private readonly users: Users) {}

  @Get(':id')
  find(@Param('id') id: string): Promise<unknown> {
    return this.users.find(id);
  }

  @Put(':id')
  rename(@Param('id') id: string, @Query('name') name: string): Promise<unknown> {
    return this.users.rename(id, name);
  }
}

@Module({
  imports: [
    CasCacheModule.forRoot({ topology, redis: { host: '127.0.0.1', port: Number(port) }, logger: false }),
    CasCacheModule.forFeature('user'),
  ],
  controllers: [UsersController],
  providers: [Users],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error'], abortOnError: false });
app.use((request: { headers: Record<string, unknown> }, _response: unknown, next: () => void) => {
  process.send?.({ began: Number(request.headers['x-number']) });
  next();
});
if (ending === 'hooks') app.enableShutdownHooks();
// Without a signal of its own at the end, as Nest sends it, the process ends only if nothing keeps it alive.
else process.once('SIGTERM', () => void app.close());

await app.listen(0, '127.0.0.1');
const { port: listening } = (app.getHttpServer() as { address(): { port: number } }).address();
process.send?.({ listening });
// Not to outlive a test that crashed; and not to stay for the test's sake either.
process.on('disconnect', () => process.exit(1));
process.channel?.unref();
