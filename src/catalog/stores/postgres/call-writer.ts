import { factsOf } from '../../../core/record/call-facts.ts'
import { type CallWriter, StoreFault } from '../../../core/record/call-store.ts'
import { eraseCalls, expireCalls } from '../record/call-expiry.ts'
import { text } from '../record/call-figures.ts'
import type { InTransaction } from '../record/call-holds.ts'
import { metaOf } from '../record/call-rows.ts'
import { bigintArray, textArray } from './arrays.ts'
import {
  addBudgetUses,
  type BatchedCall,
  type EncodedCalls,
  encodedCalls,
  insertBeside,
  insertCalls,
  insertFacts,
  insertFeedback,
} from './batch.ts'
import { postgresCallDatabase } from './call-database.ts'
import { forgetErasures, openErasures, rememberErasure } from './erasures.ts'
import { storedLock } from './locks.ts'
import { createPartitions } from './partitions.ts'
import { createPostgresRollups } from './rollups.ts'
import { migrateCalls } from './schema.ts'
import { connectPostgres, inTransaction, type PostgresSession } from './session.ts'
import { insertSpans } from './spans.ts'
import { type TakenPart, type Taking, takeInParts } from './taking.ts'

const BACKFILL_CALLS = 500

export interface PostgresWriterOptions {
  readonly url: string
  /** Of the data directory whose spool is taken in: positions in it are kept under this. */
  readonly writer: string
  readonly now?: () => number
}

/** Keeps calls in the database at `url`, which other gateways may write too. Throws `StoreFault`. */
export async function openPostgresCallWriter(options: PostgresWriterOptions): Promise<CallWriter> {
  const session = await connectPostgres(options.url)
  try {
    await migrateCalls(session)
    return writerOn(session, options)
  } catch (fault) {
    await session.close()
    throw fault
  }
}

function writerOn(session: PostgresSession, { writer, now = Date.now }: PostgresWriterOptions): CallWriter {
  const { query } = session
  const shared = postgresCallDatabase(session)
  const partitions = createPartitions(session)
  const rollups = createPostgresRollups(session)
  const writerLock = storedLock(`writer ${writer}`)
  /** As this one left them; what the database says is compared with it. */
  let known: ReadonlyMap<string, number> | undefined
  let isBehind = true

  const readPositions = async (): Promise<Map<string, number>> => {
    const { rows } = await query('SELECT segment, position FROM spool_positions WHERE writer = $1', [writer])
    return new Map(rows.map((row) => [String(row['segment']), Number(row['position'])]))
  }
  /** Whoever takes in the same spool, or a session of ours that the server has not given up yet, has come to its end. */
  const checkPositions = async (): Promise<void> => {
    const found = await readPositions()
    known ??= found
    const isSame = found.size === known.size && found.entries().every(([name, at]) => known?.get(name) === at)
    if (!isSame) throw new StoreFault('Another gateway takes in this data directory; there may be one at a time.')
  }
  const inOne = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await inTransaction(session, work)
    } catch (error) {
      known = undefined
      rollups.forget()
      partitions.forget()
      throw error
    }
  }
  /** What takes calls away may take sets of sums with them: nobody adds to them meanwhile. */
  const inOneRemoval: InTransaction = (work) =>
    inOne(async () => {
      await query(storedLock('sets'))
      return await work(shared)
    })
  const keepPart = async ({ calls, opinions, spans }: EncodedPart): Promise<readonly Summed[]> => {
    const added = await insertCalls(session, calls)
    await insertBeside(session, added)
    await insertFeedback(session, opinions)
    await insertSpans(session, spans)
    return added.calls.map(({ figures, uses, seq }) => ({ figures, uses, seq }))
  }
  /** All in the transaction that is open. Returns how many were new. */
  const keepAll = async (taking: Taking, first: TakenPart): Promise<number> => {
    const erasures = openErasures(session)
    const encoded = async (part: TakenPart): Promise<EncodedPart> => {
      const { calls, opinions, spans } = await erasures.without(part)
      return { calls: encodedCalls(calls), opinions, spans }
    }
    const encodedNext = async (): Promise<EncodedPart | undefined> => {
      const next = await taking.next()
      return next && (await encoded(next))
    }
    const added: Summed[] = []
    for (let part: EncodedPart | undefined = await encoded(first); part !== undefined; ) {
      const [kept, next]: [readonly Summed[], EncodedPart | undefined] = await bothSettled(
        keepPart(part),
        encodedNext(),
      )
      added.push(...kept)
      if (next !== undefined) await partitions.makeWithin(startsOf(next.calls))
      part = next
    }
    // Last: these rows are what gateways wait for each other for.
    await rollups.add(added.map(({ figures }) => figures))
    await addBudgetUses(session, added)
    return added.length
  }

  return {
    check: async () => undefined,
    async positions() {
      known = await readPositions()
      return known
    },
    async store(take, hasMore = () => false) {
      const taking = takeInParts(take, hasMore)
      const first = await taking.next()
      const positions = taking.positions()
      if (first === undefined || (isEmpty(first) && positions.size === 0)) return 0
      await partitions.make(startsOf(first), now())
      const stored = await inOne(async () => {
        await query(writerLock)
        await query(storedLock('sets', true))
        await checkPositions()
        const count = await keepAll(taking, first)
        await query(
          `INSERT INTO spool_positions (writer, segment, position)
           SELECT $1, segment, position FROM unnest($2::text[], $3::bigint[]) AS given(segment, position)
           ON CONFLICT (writer, segment) DO UPDATE SET position = excluded.position`,
          [writer, textArray([...positions.keys()]), bigintArray([...positions.values()])],
        )
        return count
      })
      known = new Map([...(known ?? []), ...positions])
      return stored
    },
    async catchUp() {
      if (isBehind) isBehind = await inOne(async () => (await rollups.backfill()) || (await backfillFacts(session)))
      return isBehind
    },
    async *expire(rules, at) {
      yield* expireCalls(inOneRemoval, rules, at)
      await partitions.dropEmpty(at)
      await forgetErasures(session, at)
    },
    async erase(subject, holds) {
      // First: what another gateway stores from now on, it stores without the person.
      await inOneRemoval(() => rememberErasure(session, subject, { holds, at: now() }))
      return await eraseCalls(inOneRemoval, subject, holds)
    },
    async forget(segments) {
      await inOne(async () => {
        await query(writerLock)
        await query('DELETE FROM spool_positions WHERE writer = $1 AND segment = ANY ($2::text[])', [
          writer,
          textArray(segments),
        ])
      })
      if (known !== undefined) known = new Map([...known].filter(([name]) => !segments.includes(name)))
    },
    close: session.close,
  }
}

/** What a part is sent as. */
interface EncodedPart extends Omit<TakenPart, 'calls'> {
  readonly calls: EncodedCalls
}

type Summed = Pick<BatchedCall, 'figures' | 'uses'> & { readonly seq: number }

function startsOf({ calls }: Pick<TakenPart, 'calls'>): readonly number[] {
  return calls.map(({ startedAt }) => startedAt)
}

function isEmpty({ calls, opinions, spans }: TakenPart): boolean {
  return calls.length + opinions.length + spans.length === 0
}

/** When one fails, the other is waited for: a statement of it must not come behind the end of the transaction. */
async function bothSettled<One, Other>(one: Promise<One>, other: Promise<Other>): Promise<[One, Other]> {
  await Promise.allSettled([one, other])
  return [await one, await other]
}

async function backfillFacts(session: PostgresSession): Promise<boolean> {
  const [left] = (await session.query('SELECT next, last FROM fact_backfill FOR UPDATE')).rows
  if (left === undefined) return false
  const { rows } = await session.query(
    `SELECT seq, started_at, error_code, cache, meta, output FROM calls LEFT JOIN bodies USING (seq, started_at)
     WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3`,
    [left['next'], left['last'], BACKFILL_CALLS],
  )
  const calls = rows.map((row) => ({
    seq: Number(row['seq']),
    startedAt: Number(row['started_at']),
    facts: factsOf(
      { ...metaOf(row), errorCode: text(row['error_code']), cache: text(row['cache']) },
      text(row['output']),
    ),
  }))
  await insertFacts(session, calls)
  if (rows.length < BACKFILL_CALLS) await session.query('DELETE FROM fact_backfill')
  else await session.query('UPDATE fact_backfill SET next = $1', [rows.at(-1)?.['seq']])
  return rows.length === BACKFILL_CALLS
}
