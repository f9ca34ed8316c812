import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Observable } from 'rxjs';
import { currentRequest, RequestScope } from '../../core/request/request-scope.js';

/**
 * Makes every call of a handler one request for `consistency: 'request'`, on any transport: an HTTP request, a message,
 * the call of a GraphQL resolver. Its pipes and later interceptors are part of it; its guards are not
 * (`CasRequestMiddleware` includes them). Within a request that runs already, it joins that one.
 */
@Injectable()
export class CasRequestInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (currentRequest() !== undefined) return next.handle();
    return new Observable((subscriber) => {
      const request = new RequestScope();
      const subscription = request.run(() => next.handle().subscribe(subscriber));
      return () => {
        subscription.unsubscribe();
        request.end();
      };
    });
  }
}
