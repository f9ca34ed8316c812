import { currentRequest, RequestScope } from './request-scope.js';

/**
 * Runs `fn` as one request: reads in it with `consistency: 'request'` may take for current what this request has found
 * current before, for their `requestAge`. It ends when `fn` has; what is left over of its work then checks every hit
 * again.
 *
 * A call within another joins it. For HTTP, messages and GraphQL, `CasRequestMiddleware` and `CasRequestInterceptor` do
 * it.
 */
export async function runInCasRequest<T>(fn: () => Promise<T> | T): Promise<T> {
  if (currentRequest() !== undefined) return fn();
  const request = new RequestScope();
  try {
    return await request.run(fn);
  } finally {
    request.end();
  }
}
