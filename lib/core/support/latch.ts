/** Something that happens once, and that some may wait for. */
export class Latch {
  private isOpen = false;
  private opened: Promise<void> | undefined;
  private resolve: (() => void) | undefined;

  open(): void {
    this.isOpen = true;
    this.resolve?.();
  }

  wait(): Promise<void> {
    if (this.isOpen) return Promise.resolve();
    this.opened ??= new Promise((resolve) => (this.resolve = resolve));
    return this.opened;
  }
}
