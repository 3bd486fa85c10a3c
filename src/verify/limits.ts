/** Much at once, but not too much. */

/** Runs so many at once and gives the results in the order of the items. */
export async function* inOrder<T, R>(
  items: Iterable<T>,
  width: number,
  run: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  for (const item of items) {
    running.push(run(item));
    const [first] = running;
    if (first !== undefined && running.length >= width) {
      yield await first;
      running.shift();
    }
  }
  for (const result of running) yield await result;
}

/** Lets so many run at once; the others wait in the order in which they came. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free--;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift(); // it takes over the slot
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
