/** A warning of the process, where no `onWarning` was given. */
export function emitWarning(message: string): void {
  process.emitWarning(message, 'CasCacheWarning');
}

/** Tells each message once: several parts find out the same. */
export function onceEach(tell: (message: string) => void): (message: string) => void {
  const told = new Set<string>();
  return (message) => {
    if (!told.has(message)) tell(message);
    told.add(message);
  };
}
