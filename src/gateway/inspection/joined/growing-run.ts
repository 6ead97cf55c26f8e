/** Texts of a stream that a reader joins, as they come. */
import type { Span } from '../../../core/inspection/detection.ts'
import type { Channel } from '../stream-channels.ts'

/** A text that grows as the others do. What is in it is in its channels too. */
export interface GrowingRun extends Channel {
  /** Where one text ended and another one began, as far as it is open whether something goes on there. In order. */
  seams: number[]
  /** It is open: pieces wait for it too. Else all of it may go. */
  isOpen: boolean
  /** What the client has. */
  sent: number
  /** What it does not have of that, as it was taken out. */
  lost: readonly Span[]
  /** What it got back there in place of tokens. */
  given: readonly Span[]
  /** As a client puts them in order. */
  readonly blocks: Block[]
  readonly blockOf: Map<Channel, Block>
  last: Block | undefined
  /** Texts that went on when one behind them had begun. */
  readonly disordered: Set<Block>
  /** Texts that end within an address, as far as they were read. */
  readonly inAddress: Set<Channel>
}

/** One of the texts. */
export interface Block {
  readonly channel: Channel
  readonly order: readonly number[]
  /** Its beginning. */
  head: string
}

/** Of each text so much of the beginning is kept. */
export const headLength = 1024

/** For texts of which the channel is the first. */
export function newRun({ answer, point, place }: Pick<Channel, 'answer' | 'point' | 'place'>): GrowingRun {
  return {
    answer,
    point,
    place,
    tail: '',
    from: 0,
    redactions: [],
    restorations: [],
    runs: [],
    cleared: Number.POSITIVE_INFINITY,
    seams: [],
    isOpen: false,
    sent: 0,
    lost: [],
    given: [],
    blocks: [],
    blockOf: new Map(),
    last: undefined,
    disordered: new Set(),
    inAddress: new Set(),
  }
}

/** As it is by now, to go on by itself. */
export function copyOf(run: GrowingRun): GrowingRun {
  return {
    ...run,
    seams: [...run.seams],
    blocks: [...run.blocks],
    blockOf: new Map(run.blockOf),
    disordered: new Set(run.disordered),
    inAddress: new Set(run.inAddress),
  }
}

/** Gives where the text begins in all of them. */
export function addToRun(run: GrowingRun, channel: Channel, text: string, order: readonly number[]): number {
  const start = run.from + run.tail.length
  const block = run.last?.channel === channel ? run.last : (run.blockOf.get(channel) ?? addBlock(run, channel, order))
  if (run.last !== undefined && run.last !== block) run.seams.push(start)
  const highest = run.blocks.at(-1)
  if (highest !== undefined && isBefore(block, highest)) run.disordered.add(block)
  run.last = block
  run.tail += text
  if (block.head.length < headLength) block.head += text.slice(0, headLength - block.head.length)
  return start
}

function addBlock(run: GrowingRun, channel: Channel, order: readonly number[]): Block {
  const block = { channel, order, head: '' }
  let at = run.blocks.length
  for (let before = run.blocks[at - 1]; before !== undefined && isBefore(block, before); before = run.blocks[at - 1])
    at--
  run.blocks.splice(at, 0, block)
  run.blockOf.set(channel, block)
  return block
}

function isBefore(a: Block, b: Block): boolean {
  for (let index = 0; index < Math.max(a.order.length, b.order.length); index++) {
    const [own = 0, other = 0] = [a.order[index], b.order[index]]
    if (own !== other) return own < other
  }
  return false
}
