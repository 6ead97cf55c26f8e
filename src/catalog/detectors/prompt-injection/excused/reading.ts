import type { Finding } from '../../../../core/inspection/detection.ts'
import type { Tokens } from '../tokens.ts'

/** A text that was read: its tokens are there until the next one is. */
export interface Reading {
  readonly tokens: Tokens
  found(): readonly Finding[]
}

/** From where to where in a text. */
export type Span = readonly [start: number, end: number]
