import { connectPostgres, inTransaction, type PostgresSession } from '../../catalog/stores/postgres/session.ts'
import { GatewayError } from '../../core/errors.ts'
import { StoreFault } from '../../core/record/call-store.ts'
import type { ControlCopy, ControlSnapshot } from './control-copy.ts'
import type { ControlEngine } from './control-engine.ts'
import { migrateControl } from './postgres-schema.ts'

export interface PostgresControlOptions {
  readonly url: string
  /** Absent for a command, which needs the database and is over soon. */
  readonly copy?: ControlCopy
  log(message: string): void
}

/** Whoever changes keys is waiting. */
const ANSWER_MS = 3000
/** What was not heard of is seen: behind a pooler nobody can listen. */
const LOOK_EVERY_MS = 400
/** A flood of notifications is one look in that time. */
const HEARD_MS = 20
const AGAIN_MS = { first: 100, most: 2000 } as const

const place = 'the PostgreSQL of DATABASE_URL'

/**
 * Records that several gateways share. What is read are the rows as they were last seen, in memory; a change is a transaction,
 * which reads all rows before it ends. So nothing that a gateway was told to have changed is missing in what it uses.
 * Throws `StoreFault` where there is neither the database nor a copy.
 */
export async function openPostgresControl({ url, copy, log }: PostgresControlOptions): Promise<ControlEngine> {
  let session: PostgresSession | undefined
  let fault: string | undefined
  let version = 0
  let changed = (): void => undefined
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  let isLooking = false
  let isHeard = false
  let failures = 0
  let turn: Promise<unknown> = Promise.resolve()
  /** A session has one transaction at a time. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(work)
    turn = result.catch(() => undefined)
    return result
  }

  async function connect(): Promise<ControlSnapshot> {
    let fresh: PostgresSession | undefined
    const ended = (): void => {
      if (fresh === undefined || session !== fresh) return
      session = undefined
      lookIn(AGAIN_MS.first)
    }
    fresh = await connectPostgres(url, { answerMs: ANSWER_MS, heard: hear, ended })
    try {
      await migrateControl(fresh)
      await fresh.query('LISTEN portcullis_control')
      const snapshot = await snapshotOf(fresh)
      session = fresh
      return snapshot
    } catch (error) {
      await fresh.close()
      throw error
    }
  }

  async function drop(): Promise<void> {
    const broken = session
    session = undefined
    await broken?.close()
  }

  /** Gives whether it is another one. */
  async function take(snapshot: ControlSnapshot): Promise<boolean> {
    const isNew = snapshot.revision !== known.revision
    known = isNew ? snapshot : { ...known, seenAt: snapshot.seenAt }
    if (!isNew) return false
    version++
    await copy?.keep(snapshot)
    return true
  }

  async function look(): Promise<void> {
    try {
      const isNew = await inTurn(async () => {
        if (session === undefined) return await take(await connect())
        const { rows } = await session.query('SELECT revision FROM control_revision')
        if (rows[0]?.['revision'] !== known.revision) return await take(await snapshotOf(session))
        known = { ...known, seenAt: Date.now() }
        return false
      })
      if (fault !== undefined) log('The control records are read from the PostgreSQL of DATABASE_URL again.')
      fault = undefined
      failures = 0
      if (isNew) changed()
    } catch (error) {
      await drop()
      failures++
      const sentence = error instanceof Error ? error.message : 'The control records cannot be read.'
      if (sentence !== fault) log(`The control records stay as they are: ${sentence}`)
      fault = sentence
    }
  }

  /** One timer, and one look at a time: it sets the timer again. */
  function lookIn(afterMs: number): void {
    if (isClosed || isLooking || copy === undefined) return
    clearTimeout(timer)
    timer = setTimeout(() => void lookAndGoOn(), afterMs).unref()
  }

  function hear(): void {
    // Those behind the first must not push the look away.
    if (!isHeard) lookIn(HEARD_MS)
    isHeard = true
  }

  async function lookAndGoOn(): Promise<void> {
    isLooking = true
    isHeard = false
    await look()
    isLooking = false
    const againMs = Math.min(AGAIN_MS.most, AGAIN_MS.first * 2 ** Math.min(failures, 10))
    // Gateways that lost the database together do not come back together.
    if (failures > 0) lookIn(againMs * (0.5 + Math.random() / 2))
    // What was heard meanwhile may have come behind the reading.
    else lookIn(isHeard ? HEARD_MS : LOOK_EVERY_MS)
  }

  let known: ControlSnapshot
  try {
    known = await connect()
    await copy?.keep(known)
  } catch (error) {
    const kept = error instanceof StoreFault ? copy?.read() : undefined
    if (kept === undefined) {
      if (error instanceof StoreFault && copy !== undefined)
        throw new StoreFault(`${error.message} The data directory has no copy of the control records to start with.`)
      throw error
    }
    fault = (error as Error).message
    known = kept
    log(`The gateway starts with the control records of ${timeText(kept)}: ${fault}`)
  }
  lookIn(LOOK_EVERY_MS)

  return {
    name: place,
    rows: () => known.rows,
    async change(statements) {
      if (session === undefined) throw away(fault)
      return await inTurn(async () => {
        const used = session
        if (used === undefined) throw away(fault)
        try {
          const { counts, snapshot } = await inTransaction(used, async () => {
            // One change after the other: what it asks for must hold until it is there.
            await used.query('SELECT revision FROM control_revision FOR UPDATE')
            const counts: number[] = []
            for (const { sql, values, otherwise } of statements) {
              const { rows } = await used.query(numbered(sql), values)
              if (rows.length === 0 && otherwise !== undefined) throw otherwise()
              counts.push(rows.length)
            }
            return { counts, snapshot: await readAll(used) }
          })
          await take(snapshot)
          return counts
        } catch (error) {
          if (!(error instanceof StoreFault)) throw error
          await drop()
          lookIn(AGAIN_MS.first)
          throw away(error.message)
        }
      })
    },
    version: () => version,
    follow: (follower) => {
      changed = follower
    },
    reasons: () => [
      ...(fault === undefined
        ? []
        : [
            `Keys and other control records are those of ${timeText(known)}, and changes of them are refused: ${fault}`,
          ]),
      ...(copy?.reasons() ?? []),
    ],
    async close() {
      isClosed = true
      clearTimeout(timer)
      await inTurn(drop)
    },
  }
}

function snapshotOf(session: PostgresSession): Promise<ControlSnapshot> {
  return inTransaction(session, () => readAll(session), 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
}

/** Within a transaction that sees one moment, or that holds the revision. */
async function readAll({ query }: PostgresSession): Promise<ControlSnapshot> {
  const { rows: revisions } = await query('SELECT revision FROM control_revision')
  const { rows: virtualKeys } = await query('SELECT * FROM virtual_key ORDER BY created_at, id')
  const { rows: managementKeys } = await query('SELECT * FROM management_key ORDER BY created_at, id')
  const { rows: credentials } = await query('SELECT * FROM credential ORDER BY workspace, name')
  const { rows: settings } = await query('SELECT name, value FROM setting ORDER BY name')
  return {
    revision: Number(revisions[0]?.['revision']),
    seenAt: Date.now(),
    rows: {
      virtual_key: [...virtualKeys],
      management_key: [...managementKeys],
      credential: [...credentials],
      setting: settings.map(({ name, value }) => ({ name: String(name), value: String(value) })),
    },
  }
}

/** A change whose end was not heard may have been made. */
function away(fault = 'It cannot be reached.'): GatewayError {
  return new GatewayError(
    'store_unavailable',
    `The change is refused, or its end was not heard: ${fault} Calls go on. Look at what is there before you try again.`,
  )
}

function numbered(sql: string): string {
  let number = 0
  return sql.replaceAll('?', () => `$${++number}`)
}

function timeText({ seenAt }: ControlSnapshot): string {
  return new Date(seenAt).toISOString()
}
