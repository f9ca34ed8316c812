import { Catch, HttpStatus } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { CasInvalidateError } from 'nestjs-cascache';

/** The write is done, and readers may see the old value for a moment: 202 says both. */
@Catch(CasInvalidateError)
export class InvalidateFilter implements ExceptionFilter<CasInvalidateError> {
  catch(error: CasInvalidateError, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<{ status(code: number): { send(body: unknown): void } }>();
    response.status(HttpStatus.ACCEPTED).send(error.result);
  }
}
