import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { responseId } from '../../catalog/dialects/openai-responses/response-writer.ts'
import { eraseReplies, eraseSaid } from '../../catalog/stores/record/erase-replies.ts'
import { GatewayError } from '../../core/errors.ts'
import type { AuditDraft } from '../../core/record/audit.ts'
import type { DataSubject, KeepTimes, LegalHold, RetentionRules } from '../../core/record/retention.ts'
import { type Actor, isWithin } from '../../registry/access.ts'
import { type Audit, audited, signedBy } from '../audit/audit.ts'
import type { CompiledConfig } from '../config/compile.ts'
import type { Purge } from '../control/cache.ts'
import type { ControlStore } from '../control-records/control-store.ts'
import { conversationsFile } from '../kept/open-conversations.ts'
import type { Record } from '../record/record.ts'
import { createHolds, unknownHold } from './holds.ts'

/** How long calls are kept, what holds them, and how a person is taken out of them. */
export interface Privacy {
  holds(): readonly LegalHold[]
  place(by: Actor, asked: Omit<LegalHold, 'id' | 'placedAt'>): Promise<LegalHold>
  release(by: Actor, id: string): Promise<LegalHold>
  /** Throws `record_unavailable`: ask again, what was taken away stays away. */
  erase(by: Actor, subject: DataSubject): Promise<Certificate>
  /** The configuration has changed. */
  retain(): void
}

/** What was erased. The audit log has it under `entry`, with the hash in place of the person: who has the salt can show which one it was. */
export interface Certificate extends DataSubject {
  /** How the record had written the name: all that budgets take for the same. */
  readonly users: readonly string[]
  readonly salt: string
  /** SHA-256 of salt, workspace and user, each on a line of its own. */
  readonly subjectSha256: string
  /** ISO 8601. */
  readonly erasedAt: string
  readonly calls: number
  readonly bodies: number
  /** Of the telemetry of programs: all of a trace in which the person was. */
  readonly spans: number
  /** Replies that requests could have gone on from. */
  readonly replies: number
  /** SHA-256 of the ids of the calls from the oldest to the newest, a line feed between two and none at the end. */
  readonly callsSha256: string
  /** Calls that were left as they are, for a legal hold. */
  readonly held: number
  readonly heldSpans: number
  /** Answers of the whole workspace: an answer does not say whose question it was. */
  readonly cache: Purge
  readonly notSearched: readonly string[]
  /** Place in the audit log. */
  readonly entry: number
}

export interface PrivacyOptions {
  readonly store: Pick<ControlStore, 'name' | 'setting' | 'setSetting'>
  readonly record: Pick<Record, 'retain' | 'erase'>
  readonly audit: Pick<Audit, 'append'>
  readonly dataDirectory: string
  config(): Pick<CompiledConfig, 'recordSettings' | 'workspaces'>
  purgeCache(workspace: string): Promise<Purge>
  /** Takes the person out of the names of budgets, in the memory of this gateway. */
  forgetPerson(subject: DataSubject): void
  log(message: string): void
}

/** What a call does not lead to. */
const notSearched = [
  'files and batches of the workspace: take them away with their own API',
  'what providers keep',
  'budgets that are grouped by metadata, where a value is something else of the person than the name: for as long as their window',
  'alerts of budgets that are grouped by the person: ninety days, and what their receivers keep',
  'the memory of other gateways with the same database: it has the name in the list of budgets until they start again',
  'copies of the data directory, and exports that were made before',
  'the spool, whose files are finished after ten minutes and removed once they are stored',
]

const DAY_MS = 86_400_000
const nothingExpires: RetentionRules = { usual: {}, workspaces: {}, holds: [] }

export function createPrivacy({
  store,
  record,
  audit,
  dataDirectory,
  config,
  purgeCache,
  forgetPerson,
  log,
}: PrivacyOptions): Privacy {
  const holds = createHolds(store)
  const retain = (): void => {
    try {
      record.retain(rulesOf(config(), holds.list()))
    } catch (fault) {
      if (!(fault instanceof GatewayError)) throw fault
      log(`No call is taken away: ${fault.message}`)
      record.retain(nothingExpires)
    }
  }
  return {
    retain,
    holds: holds.list,
    async place(by, asked) {
      const hold = holds.make(asked)
      return await audited(audit.append, draftOf(by, 'hold-placed', hold), async () => {
        await holds.keep(hold)
        retain()
        return hold
      })
    },
    async release(by, id) {
      const hold = holds.find(id)
      if (!isWithin(by, hold.workspace)) throw unknownHold()
      return await audited(audit.append, draftOf(by, 'hold-released', hold), async () => {
        await holds.remove(id)
        retain()
        return hold
      })
    },
    async erase(by, { workspace, user }) {
      const salt = randomBytes(16).toString('hex')
      const subjectSha256 = sha256Of([salt, workspace, user])
      const begun = signedBy(by, { action: 'erasure-begun', subject: subjectSha256, details: { workspace } })
      const found = await audited(audit.append, begun, async () => {
        const { ids, users, bodies, spans, held, heldSpans } = await record.erase({ workspace, user }, holds.list())
        const replies = await eraseReplies(join(dataDirectory, 'replies.db'), workspace, ids, responseId)
        const said = await eraseSaid(join(dataDirectory, conversationsFile), ids)
        const counts = {
          calls: ids.length,
          bodies,
          spans,
          replies: replies + said,
          held,
          heldSpans,
          callsSha256: sha256Of(ids),
        }
        forgetPerson({ workspace, user })
        return { users, counts: { ...counts, cache: await purgeCache(workspace) } }
      })
      const { users, counts } = found
      // Without the names: an entry can never be taken out.
      const details = { workspace, ...counts }
      const { seq, at } = await audit.append(
        signedBy(by, { action: 'subject-erased', subject: subjectSha256, details }),
      )
      return { workspace, user, users, salt, subjectSha256, erasedAt: at, ...counts, notSearched, entry: seq }
    },
  }
}

/** Names no person: an entry can never be taken out. */
function draftOf(
  by: Actor,
  action: 'hold-placed' | 'hold-released',
  { id, workspace, user, key, trace }: LegalHold,
): AuditDraft {
  const names = { user: user !== undefined, key: key !== undefined, trace: trace !== undefined }
  return signedBy(by, { action, subject: id, details: { workspace, names } })
}

function sha256Of(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}

function rulesOf(
  config: Pick<CompiledConfig, 'recordSettings' | 'workspaces'>,
  held: readonly LegalHold[],
): RetentionRules {
  const timesOf = (workspace: string): KeepTimes => {
    const { keepDays, keepBodiesDays } = config.recordSettings(workspace)
    return {
      ...(keepDays === undefined ? {} : { callsMs: keepDays * DAY_MS }),
      ...(keepBodiesDays === undefined ? {} : { bodiesMs: keepBodiesDays * DAY_MS }),
    }
  }
  return {
    // No workspace has this name.
    usual: timesOf(''),
    workspaces: Object.fromEntries(config.workspaces.map((workspace) => [workspace, timesOf(workspace)])),
    holds: held,
  }
}
