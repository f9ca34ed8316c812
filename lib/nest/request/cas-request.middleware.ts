import { Injectable } from '@nestjs/common';
import type { NestMiddleware } from '@nestjs/common';
import { currentRequest, RequestScope } from '../../core/request/request-scope.js';

/** What the middleware needs of a response: of Node's own, and what is built on it. */
export interface CasResponse {
  once(event: 'close', listener: () => void): unknown;
}

/**
 * Makes every HTTP request one for `consistency: 'request'`, guards and resolvers included, until its response has been
 * sent or its connection is lost: `consumer.apply(CasRequestMiddleware).forRoutes('*path')`, or for a whole application
 * `app.use(new CasRequestMiddleware().use)`.
 */
@Injectable()
export class CasRequestMiddleware implements NestMiddleware<unknown, CasResponse> {
  readonly use = (_request: unknown, response: CasResponse, next: (error?: unknown) => void): void => {
    if (currentRequest() !== undefined) return next();
    const request = new RequestScope();
    response.once('close', () => request.end());
    request.run(() => next());
  };
}
