import { Injectable } from '@nestjs/common';
import { GuardedRowRepository } from './guarded-row.repository.js';
import { RowRepository } from './row.repository.js';
import { TaggedRowRepository } from './tagged-row.repository.js';

// The same in namespaces with read leases, which an application knows apart by their classes.

@Injectable()
export class LeasedRowRepository extends RowRepository {}

@Injectable()
export class LeasedGuardedRowRepository extends GuardedRowRepository {}

@Injectable()
export class LeasedTaggedRowRepository extends TaggedRowRepository {}
