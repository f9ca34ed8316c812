/**
 * Where the applications of a process are listed, by all copies of this package in it. It is there for warnings only.
 */
const REGISTER = Symbol.for('nestjs-cascache.applications');

/**
 * An application that has a cache, as far as others may ask it. Copies of this package of other versions have it too.
 */
export interface LivingApplication {
  /** Gives an object its cache if a provider of the application holds it, and says whether it did. */
  adopt(instance: object): boolean;
  /**
   * Told of a call that should have invalidated something and has no cache to do it with.
   *
   * @throws CasConfigError where the application wants it so
   */
  reportUnbound(call: UnboundCall): void;
}

export interface UnboundCall {
  /** `UserRepository.rename`. */
  readonly label: string;
  readonly type: object;
  readonly namespace: string | undefined;
}

type Register = WeakRef<LivingApplication>[];

/** Not kept alive by being listed: an application of a test may never be closed. */
export function addLivingApplication(application: LivingApplication): void {
  register().push(new WeakRef(application));
}

export function removeLivingApplication(application: LivingApplication): void {
  const all = register();
  const at = all.findIndex((one) => one.deref() === application);
  if (at >= 0) all.splice(at, 1);
}

/** Those that are not closed, oldest first. */
export function livingApplications(): readonly LivingApplication[] {
  return register().flatMap((one) => one.deref() ?? []);
}

function register(): Register {
  const holder = globalThis as { [REGISTER]?: Register };
  holder[REGISTER] ??= [];
  return holder[REGISTER];
}
