/**
 * What the questions about calls need of an engine. They are written once, in SQL that both engines read, with `?` for values;
 * where the engines differ, the text comes from `CallSql`. How calls are stored is each engine's own: that is where speed is.
 */
export type SqlValue = string | number | bigint | null | readonly (string | number | null)[]

/** Integers and sums are numbers, texts are texts. */
export type Row = Readonly<Record<string, unknown>>

export interface CallDatabase {
  readonly sql: CallSql
  all(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]>
  /** One row after the other, for many of them. What `take` throws ends it. */
  each(sql: string, values: readonly SqlValue[], take: (row: Row) => void): Promise<void>
  /** How many rows it changed. */
  run(sql: string, values?: readonly SqlValue[]): Promise<number>
}

/** Reads of one moment: a call must not be counted on both sides of a commit, or on neither. */
export type InOneMoment = <Answer>(read: (database: CallDatabase) => Promise<Answer>) => Promise<Answer>

/** Place of a call in the order of a list. */
export interface Place {
  readonly startedAt: number
  readonly seq: number
}

/** A condition and its values. */
export interface Term {
  readonly sql: string
  readonly values: readonly SqlValue[]
}

export interface CallSql {
  /** `calls`, with the index to walk along where an engine can be told: the choice does not hang on statistics there. */
  along(index: string): string
  /** A join that is made in the order it is written in, where an engine can be told. */
  readonly joinInOrder: string
  /** By which `bodies` are joined to `calls`. */
  readonly bodiesKey: string
  /** Without regard to case; `\\` takes the meaning from the letter behind it. */
  readonly like: string
  /** 1 for a call that is a copy of another, 0 otherwise. */
  readonly shadow: string
  /** What an answer of the cache saved, and the number of attempts, of a row of `calls`. */
  readonly saved: string
  readonly attempts: string
  /** A name as it is kept in a column with an index. */
  name(value: string): string
  /** All texts of a group one behind the other. */
  joined(column: string): string
  /** Rows of `calls`, or of `bodies`, at these places. */
  at(places: readonly Place[]): Term
  /** Rows that have one of these tuples of values in these columns. */
  isOneOf(columns: readonly Column[], tuples: readonly (readonly (string | number)[])[]): Term
  /** For `FROM`: rows of `rollups` of a condition on `span.first` and `span.behind`, looked up for each span, with its `place`. */
  sumsIn(spans: readonly { readonly from: number; readonly to: number }[], condition: Term): Term
  /** Whether each statement is a journey: one then asks for sums of several workspaces and spans, which sorts more rows at once. */
  readonly isFarAway: boolean
}

export type Column = readonly [name: string, type: 'text' | 'bigint']
