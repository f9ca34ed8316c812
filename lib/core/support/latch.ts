/** Something that happens once, and that callers may wait for. */
export class Latch {
  private isReleased = false;
  private released: Promise<void> | undefined;
  private resolve: (() => void) | undefined;

  release(): void {
    this.isReleased = true;
    this.resolve?.();
  }

  wait(): Promise<void> {
    if (this.isReleased) return Promise.resolve();
    this.released ??= new Promise((resolve) => (this.resolve = resolve));
    return this.released;
  }
}
