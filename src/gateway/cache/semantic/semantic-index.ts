import { createHash } from 'node:crypto'
import type { CacheEntry, CacheMatch } from '../../../core/calls/cache.ts'
import { bytesOf, type CompactVector, closeness, compact, expanded } from './compact-vector.ts'
import { type GuardFacts, isOther } from './guards.ts'
import { createRowSets, type SignedRows } from './signed-rows.ts'

/** A question as it is looked up. */
export interface Question {
  /** All that must be equal, but for the question: the caller's partition, the targets, the conversation until here, … */
  readonly partition: string
  readonly vector: Float32Array
  readonly facts: GuardFacts
  /** The embedder knows no synonyms: the words must be the same ones in the same order. */
  readonly isLexical: boolean
}

export interface Neighbour {
  /** Of the call that had the answer from a provider. */
  readonly id: string
  readonly score: number
  readonly entry: CacheEntry
}

export interface SemanticIndex {
  /** The closest question that may have the same answer, from `threshold` on. */
  find(question: Question, threshold: number, accepts: (entry: CacheEntry) => boolean): Neighbour | undefined
  /** What a partition asks for after wrong answers. */
  thresholdOf(partition: string, threshold: number): number
  keep(question: Question, id: string, entry: CacheEntry): void
  /** Takes an answer that was wrong away, and asks more of its partition from now on. */
  report(match: CacheMatch): void
  /** Takes entries away, and says how many. Without a tag: all of the workspace. */
  purge(workspace: string, tag?: string): number
}

export interface IndexLimits {
  readonly maxEntries: number
  readonly maxBytes: number
}

interface Node {
  readonly id: string
  readonly bucket: string
  readonly partition: string
  readonly vector: CompactVector
  readonly words: ReadonlySet<string>
  readonly entry: CacheEntry
  readonly bytes: number
}

/** What an entry takes beside its body and its vector, about. */
const overheadBytes = 1500
/** Vectors that are compared one by one in a look: a bound on its time. */
const maxCompared = 500
/** Of more, those whose signatures are closest. */
const maxLikely = 64
/** With one signature of the guards and the same words in the same order, the newest will do. */
const maxSameWords = 1000
const maxRaised = 10_000
/** Above the score of an answer that was wrong. */
const raise = 0.01

/** Questions that the guards would let through, in the order in which they came. */
interface Bucket {
  readonly nodes: Set<Node>
  /** Where there are more than are compared one by one. */
  rows?: SignedRows<Node>
}

/**
 * Answers by the meaning of their questions: what the guards want equal is a key, and those that have it are compared. The
 * oldest entries go first.
 */
export function createSemanticIndex({ maxEntries, maxBytes }: IndexLimits): SemanticIndex {
  /** In the order in which they were kept. */
  const nodes = new Map<string, Node>()
  const buckets = new Map<string, Bucket>()
  const rowSets = createRowSets()
  /** Thresholds of partitions that gave a wrong answer. */
  const raised = new Map<string, number>()
  let bytes = 0

  const take = (node: Node): void => {
    nodes.delete(node.id)
    bytes -= node.bytes
    const bucket = buckets.get(node.bucket)
    if (bucket === undefined) return
    bucket.nodes.delete(node)
    bucket.rows?.remove(node)
    if (bucket.nodes.size === 0) buckets.delete(node.bucket)
  }

  const put = (node: Node, { isLexical, vector }: Question): void => {
    const bucket: Bucket = buckets.get(node.bucket) ?? { nodes: new Set() }
    const [oldest] = bucket.nodes
    if (isLexical && oldest !== undefined && bucket.nodes.size >= maxSameWords) take(oldest)
    buckets.set(node.bucket, bucket)
    bucket.nodes.add(node)
    if (bucket.rows !== undefined) bucket.rows.add(node, vector)
    else if (!isLexical && bucket.nodes.size > maxCompared) {
      bucket.rows = rowSets.open()
      for (const one of bucket.nodes) bucket.rows.add(one, expanded(one.vector, vector.length))
    }
  }

  const thresholdOf = (partition: string, threshold: number): number => Math.max(threshold, raised.get(partition) ?? 0)

  return {
    thresholdOf,
    find(question, threshold, accepts) {
      const { partition, vector, facts } = question
      let score = thresholdOf(partition, threshold)
      let nearest: Node | undefined
      const bucket = buckets.get(bucketOf(question))
      for (const node of bucket?.rows?.near(vector, score, maxLikely) ?? bucket?.nodes ?? []) {
        const found = closeness(vector, node.vector)
        if (found < score || isOther(facts.words, node.words) || !accepts(node.entry)) continue
        score = found
        nearest = node
      }
      return nearest === undefined ? undefined : { id: nearest.id, score, entry: nearest.entry }
    },
    keep(question, id, entry) {
      const vector = compact(question.vector)
      const size =
        overheadBytes + bytesOf(vector) + entry.reply.bytes.length * (entry.reply.parts === undefined ? 1 : 2)
      if (size > maxBytes) return
      const bucket = bucketOf(question)
      const { partition, facts } = question
      const node: Node = { id, bucket, partition, vector, words: facts.words, entry, bytes: size }
      const known = nodes.get(id)
      if (known !== undefined) take(known)
      put(node, question)
      nodes.set(id, node)
      bytes += size
      for (const oldest of nodes.values()) {
        if (nodes.size <= maxEntries && bytes <= maxBytes) break
        take(oldest)
      }
    },
    report({ id, score }) {
      const node = nodes.get(id)
      if (node === undefined) return
      take(node)
      const before = raised.get(node.partition) ?? 0
      raised.delete(node.partition)
      raised.set(node.partition, Math.max(before, score + raise))
      for (const [oldest] of raised) {
        if (raised.size <= maxRaised) break
        raised.delete(oldest)
      }
    },
    purge(workspace, tag) {
      let count = 0
      for (const node of nodes.values()) {
        const { entry } = node
        if (entry.workspace !== workspace || (tag !== undefined && !entry.tags.includes(tag))) continue
        take(node)
        count++
      }
      return count
    },
  }
}

/** The name of what the guards want equal: of two questions with different ones, neither answers the other. */
export function bucketOf({ partition, facts, isLexical, vector }: Question): string {
  const words = isLexical ? JSON.stringify([...facts.words]) : ''
  return createHash('sha256')
    .update(`${partition} ${vector.length} ${facts.signature.length} ${facts.signature}${words}`)
    .digest('base64url')
}
