/** Calls and spans of one trace as a tree, by the spans that they name as their parents. */
import type { CallSummary } from '../core/record/call-store.ts'
import type { SpanSummary } from '../core/record/span.ts'
import { attemptSpanId, spanIdOf } from '../core/record/span-ids.ts'

export type TraceNode = CallNode | SpanNode

/** A call of the trace, which has more of it. */
export interface CallNode {
  readonly type: 'call'
  readonly id: string
  readonly spanId: string
  readonly workspace: string
  readonly offsetMs: number
  readonly durationMs: number
  readonly children: readonly TraceNode[]
}

export interface SpanNode extends SpanSummary {
  readonly type: 'span'
  /** From the start of the trace. */
  readonly offsetMs: number
  readonly children: readonly TraceNode[]
}

/** What is deeper stands beside its parent: a tree of any depth could not be written as JSON, nor read. */
const maxTreeDepth = 64

type Placed = TraceNode & { readonly children: TraceNode[] }

interface Item {
  readonly node: Placed
  /** Names of spans that stand for it, and of the one that it is a part of. */
  readonly names: readonly string[]
  readonly parent: string | undefined
}

/**
 * `start`: of the trace, Unix milliseconds. An item whose parent is not there stands on its own, and so does one of those that
 * name each other. Names count within their workspace alone: anybody may write any id.
 */
export function traceTree(
  calls: readonly CallSummary[],
  spans: readonly SpanSummary[],
  start: number,
): readonly TraceNode[] {
  const ofCalls = calls.map((call) => callItem(call, start))
  const known = new Map<string, Item>()
  for (const item of ofCalls) for (const name of item.names) known.set(name, item)
  // A collector that sends us what we have sent it tells of calls a second time.
  const ofSpans = spans
    .map((span) => spanItem(span, start))
    .filter(({ names }) => !names.some((name) => known.has(name)))
  for (const item of ofSpans) for (const name of item.names) known.set(name, item)
  const all = [...ofCalls, ...ofSpans].sort((a, b) => a.node.offsetMs - b.node.offsetMs)
  const parentOf = ({ parent }: Item): Item | undefined => (parent === undefined ? undefined : known.get(parent))
  const below = Map.groupBy(all, parentOf)
  const tops = all.filter((item) => parentOf(item) === undefined)
  const roots: TraceNode[] = []
  const seen = new Set<Item>()
  for (const top of [...tops, ...all]) if (!seen.has(top)) place(top, { into: roots, below, seen })
  return roots
}

interface Placing {
  readonly into: TraceNode[]
  readonly below: ReadonlyMap<Item | undefined, readonly Item[]>
  readonly seen: Set<Item>
}

function place(top: Item, { into, below, seen }: Placing): void {
  let level: { readonly item: Item; readonly into: TraceNode[] }[] = [{ item: top, into }]
  for (let depth = 1; level.length > 0; depth++) {
    const next: typeof level = []
    for (const { item, into: list } of level) {
      if (seen.has(item)) continue
      seen.add(item)
      list.push(item.node)
      const inner = depth < maxTreeDepth ? item.node.children : list
      for (const child of below.get(item) ?? []) next.push({ item: child, into: inner })
    }
    level = next
  }
}

function callItem(call: CallSummary, start: number): Item {
  const { id, workspace, startedAt, durationMs, parentSpanId, shadowOf, attempts } = call
  const spanId = spanIdOf(id)
  const parentId = shadowOf === null ? parentSpanId : spanIdOf(shadowOf)
  const offsetMs = Date.parse(startedAt) - start
  const attemptIds = attempts.map((_, index) => attemptSpanId(id, index))
  return {
    node: { type: 'call', id, spanId, workspace, offsetMs, durationMs, children: [] },
    names: [spanId, ...attemptIds].map((name) => nameIn(workspace, name)),
    parent: parentId === null ? undefined : nameIn(workspace, parentId),
  }
}

function spanItem(span: SpanSummary, start: number): Item {
  const { id, workspace, startedAt, parentId } = span
  return {
    node: { ...span, type: 'span', offsetMs: Date.parse(startedAt) - start, children: [] },
    names: [nameIn(workspace, id)],
    parent: parentId === null ? undefined : nameIn(workspace, parentId),
  }
}

function nameIn(workspace: string, spanId: string): string {
  return `${spanId} ${workspace}`
}
