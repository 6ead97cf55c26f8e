/** Takes calls away: those that are older than their workspace keeps them, and those of a person who is to be forgotten. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { isJsonObject, type JsonObject, parseJson } from '../../core/json.ts'
import {
  type DataSubject,
  type ErasedCalls,
  type Expiry,
  type HoldableCall,
  isHeld,
  type LegalHold,
  type RetentionRules,
  timesOf,
} from '../../core/retention.ts'
import type { Facts } from './sqlite-facts.ts'
import type { FeedbackTable } from './sqlite-feedback.ts'
import type { Rollups } from './sqlite-rollups.ts'

/** About a millisecond of work, while which nothing new is stored. */
const CALLS_AT_ONCE = 200
/** Longer than a month, and than a call is on its way: what was used of such a window asks nobody for any more. */
const LONGEST_WINDOW_MS = 62 * 86_400_000

export interface CallExpiry {
  /** All calls that are older than they may become, a few at a time: each step wants a transaction of its own. */
  expire(rules: RetentionRules, now: number): Generator<Expiry, void>
  /** The same for those that name a subject; calls under a hold are left and counted. */
  erase(subject: DataSubject, holds: readonly LegalHold[]): Generator<ErasedCalls, void>
}

/** What is kept of calls beside their rows. */
interface CountedBeside {
  readonly facts: Pick<Facts, 'remove'>
  readonly feedback: Pick<FeedbackTable, 'removeOf' | 'removeStray'>
  readonly rollups: Pick<Rollups, 'expireUsers'>
}

type Row = Record<string, SQLOutputValue>

interface Place {
  readonly startedAt: number
  readonly seq: number
}

const atStart: Place = { startedAt: -1, seq: -1 }

export function createCallExpiry(database: DatabaseSync, { facts, feedback, rollups }: CountedBeside): CallExpiry {
  const columns = 'seq, id, started_at, user, key, trace_id, meta'
  const statements = {
    nextWorkspace: database.prepare('SELECT workspace FROM calls WHERE workspace > ? ORDER BY workspace LIMIT 1'),
    oldest: database.prepare(
      `SELECT ${columns} FROM calls INDEXED BY calls_by_workspace
       WHERE workspace = ? AND (started_at, seq) > (?, ?) AND started_at < ? ORDER BY started_at, seq LIMIT ?`,
    ),
    ofUser: database.prepare(
      `SELECT ${columns} FROM calls INDEXED BY calls_by_user
       WHERE user = ? AND workspace = ? AND (started_at, seq) > (?, ?) ORDER BY started_at, seq LIMIT ?`,
    ),
    // Of a window without an end the start is 0.
    forgetUses: database.prepare('DELETE FROM budget_uses WHERE window_start > 0 AND window_start < ?'),
    removeCall: database.prepare('DELETE FROM calls WHERE seq = ?'),
    removeBodies: database.prepare('DELETE FROM bodies WHERE seq = ?'),
    removeLabel: database.prepare(
      'DELETE FROM call_metadata WHERE name = ? AND value = ? AND started_at = ? AND seq = ?',
    ),
    forgetUser: database.prepare(
      'UPDATE calls SET user = NULL, trace_id = NULL, error_message = NULL, meta = ? WHERE seq = ?',
    ),
  }

  function nextWorkspace(after: string): string | undefined {
    const found = statements.nextWorkspace.get(after)?.['workspace']
    return typeof found === 'string' ? found : undefined
  }

  function removeLabels({ seq, startedAt }: Place, meta: JsonObject): void {
    const { metadata } = meta
    for (const [name, value] of Object.entries(isJsonObject(metadata) ? metadata : {}))
      if (typeof value === 'string') statements.removeLabel.run(name, value, startedAt, seq)
  }

  function removeBodies({ seq }: Place): number {
    return Number(statements.removeBodies.run(seq).changes)
  }

  return {
    *expire(rules, now) {
      statements.forgetUses.run(now - LONGEST_WINDOW_MS)
      for (let of = nextWorkspace(''); of !== undefined; of = nextWorkspace(of)) {
        const workspace = of
        const { callsMs = Number.POSITIVE_INFINITY, bodiesMs = callsMs } = timesOf(rules, workspace)
        const before = now - Math.min(callsMs, bodiesMs)
        if (!Number.isFinite(before)) continue
        const holds = rules.holds.filter((hold) => hold.workspace === workspace)
        for (let place = atStart, isMore = true; isMore; ) {
          const rows = statements.oldest.all(workspace, place.startedAt, place.seq, before, CALLS_AT_ONCE)
          let calls = 0
          let bodies = 0
          for (const row of rows) {
            place = placeOf(row)
            if (isHeld(holdable(row), holds)) continue
            bodies += removeBodies(place)
            if (place.startedAt >= now - callsMs) continue
            removeLabels(place, metaOf(row))
            facts.remove(place.seq, place.startedAt)
            statements.removeCall.run(place.seq)
            feedback.removeOf({ workspace, call: String(row['id']), trace: holdable(row).trace })
            calls++
          }
          isMore = rows.length === CALLS_AT_ONCE
          if (!isMore && Number.isFinite(callsMs)) {
            feedback.removeStray(workspace, now - callsMs)
            // Where a hold keeps calls of its people, their sums stay too.
            if (holds.length === 0) rollups.expireUsers(workspace, now - callsMs)
          }
          yield { workspace, calls, bodies }
        }
      }
    },
    *erase({ workspace, user }, allHolds) {
      const holds = allHolds.filter((hold) => hold.workspace === workspace)
      for (let place = atStart, isMore = true; isMore; ) {
        const rows = statements.ofUser.all(user, workspace, place.startedAt, place.seq, CALLS_AT_ONCE)
        const ids: string[] = []
        let bodies = 0
        for (const row of rows) {
          place = placeOf(row)
          if (isHeld(holdable(row), holds)) continue
          const { metadata, cacheMatch: _, ...figures } = metaOf(row)
          if (metadata !== undefined) removeLabels(place, { metadata })
          bodies += removeBodies(place)
          statements.forgetUser.run(JSON.stringify({ ...figures, isErased: true }), place.seq)
          feedback.removeOf({ workspace, call: String(row['id']), trace: holdable(row).trace })
          ids.push(String(row['id']))
        }
        isMore = rows.length === CALLS_AT_ONCE
        yield { ids, bodies, held: rows.length - ids.length }
      }
    },
  }
}

function placeOf(row: Row): Place {
  return { startedAt: Number(row['started_at']), seq: Number(row['seq']) }
}

function holdable({ user, key, trace_id: trace }: Row): HoldableCall {
  const text = (value: SQLOutputValue | undefined): string | null => (typeof value === 'string' ? value : null)
  return { user: text(user), key: text(key), trace: text(trace) }
}

function metaOf(row: Row): JsonObject {
  const meta = parseJson(String(row['meta']))
  return isJsonObject(meta) ? meta : {}
}
