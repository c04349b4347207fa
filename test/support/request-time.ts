/** The time of requests in the hands of a test, so that no machine is too slow for them. */
export class RequestTime {
  #running = new AbortController();

  readonly deadline = (): AbortSignal => this.#running.signal;

  /** For every attempt that is under way. */
  readonly isUp = (): void => {
    this.#running.abort(new DOMException('The time of the attempt is up.', 'TimeoutError'));
    this.#running = new AbortController();
  };
}
