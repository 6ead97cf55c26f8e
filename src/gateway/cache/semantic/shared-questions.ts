import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { CacheEntry, QuestionTier } from '../../../core/calls/cache.ts'
import type { StoredEntry } from '../../../core/calls/stored-entry.ts'
import { normalised } from '../../../core/model/embedder.ts'
import { parseJson } from '../../../core/wire/json.ts'
import { closeness, compact } from './compact-vector.ts'
import { isOther } from './guards.ts'
import { bucketOf, type Neighbour, type Question } from './semantic-index.ts'

/** Strict and bounded: who writes to the store may be somebody else. */
const KeptQuestion = z.strictObject({
  id: z.string().regex(/^[\w-]{1,64}$/),
  words: z.array(z.string().max(2000)).max(2000),
  /** 16-bit floating point numbers: the closeness of two vectors changes in its fourth place. */
  vector: z.base64(),
  /** Places of the numbers, where most are 0. */
  places: z.base64().optional(),
})
type KeptQuestion = z.infer<typeof KeptQuestion>

/** Answers that are asked for: what has lost its answer is passed over. */
const maxAsked = 3

/** A neighbour with its own question, so that it can be kept in memory too. */
export interface SharedNeighbour extends Neighbour {
  readonly question: Question
}

/**
 * The closest question that another gateway kept. What the guards want equal is its name in the store, and the newest under that
 * name are compared here: it takes a store of texts, and no search engine.
 */
export async function findShared(
  tier: QuestionTier,
  workspace: string,
  question: Question,
  threshold: number,
  restored: (stored: StoredEntry) => CacheEntry | undefined,
): Promise<SharedNeighbour | undefined> {
  const bucket = bucketOf(question)
  const near = (await tier.questions(workspace, bucket))
    .flatMap((text) => readQuestion(text, question) ?? [])
    .filter(({ score, kept }) => score >= threshold && !isOther(question.facts.words, kept.facts.words))
    .sort((a, b) => b.score - a.score)
  for (const { id, text, score, kept } of near.slice(0, maxAsked)) {
    const stored = await tier.find(workspace, answerKey(id))
    // An answer to another question, put under this one.
    if (stored === undefined || stored.head.question !== digestOf(bucket, text)) continue
    const entry = restored(stored)
    if (entry !== undefined) return { id, score, entry, question: kept }
  }
  return undefined
}

export function keepShared(tier: QuestionTier, question: Question, id: string, { head, bytes }: StoredEntry): void {
  const bucket = bucketOf(question)
  const text = questionText(question, id)
  tier.keep(answerKey(id), { head: { ...head, question: digestOf(bucket, text) }, bytes })
  tier.keepQuestion(bucket, text, head)
}

/** Where the answer of a call is kept. */
export function answerKey(id: string): string {
  return `semantic-${id}`
}

function digestOf(bucket: string, text: string): string {
  return createHash('sha256').update(`${bucket} ${text}`).digest('base64url')
}

function questionText({ vector, facts }: Question, id: string): string {
  const small = compact(vector)
  const kept: KeptQuestion = {
    id,
    words: [...facts.words],
    vector: base64(Float16Array.from('places' in small ? small.values : small)),
    ...('places' in small ? { places: base64(small.places) } : {}),
  }
  return JSON.stringify(kept)
}

function readQuestion(text: string, { partition, vector, facts, isLexical }: Question) {
  const read = KeptQuestion.safeParse(parseJson(text)).data
  const whole = read && readVector(read, vector.length)
  if (read === undefined || whole === undefined) return undefined
  const { signature } = facts
  const kept: Question = { partition, vector: whole, facts: { signature, words: new Set(read.words) }, isLexical }
  return { id: read.id, text, kept, score: closeness(vector, whole) }
}

/** Of length 1, whatever was written; `undefined` for one of another size. */
function readVector({ vector, places }: KeptQuestion, size: number): Float32Array | undefined {
  const values = new Float16Array(bytesOf(vector, 2))
  if (places === undefined) return values.length === size ? normalised(Float32Array.from(values)) : undefined
  const whole = new Float32Array(size)
  for (const [index, place] of new Uint16Array(bytesOf(places, 2)).entries()) {
    if (place < size) whole[place] = values[index] ?? 0
  }
  return normalised(whole)
}

function base64(values: Float16Array<ArrayBuffer> | Uint16Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64')
}

/** A whole number of items, at a place of their own. */
function bytesOf(text: string, itemBytes: number): ArrayBuffer {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'))
  return bytes.buffer.slice(0, bytes.length - (bytes.length % itemBytes))
}
