/** A pure, synchronous step of a stream: no I/O, no waiting. `end` gives what was held back. */
export interface StreamTransform<In, Out> {
  push(item: In): Iterable<Out>
  end?(): Iterable<Out>
}
