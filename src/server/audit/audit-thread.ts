/** Entry of the thread that has `audit.db`: each entry waits for the disk, and calls must not. */
import { parentPort, workerData } from 'node:worker_threads'
import { GatewayError } from '../../core/errors.ts'
import type { AuditDraft, AuditEntry } from '../../core/record/audit.ts'
import type { Consistency, Inclusion } from '../../observe/audit/audit-log.ts'
import type { Checkpoint } from '../../observe/audit/checkpoint.ts'
import type { FromThread, ToThread } from '../process/thread-questions.ts'
import { type OpenAudit, openAudit } from './open-audit.ts'

export interface AuditThreadData {
  readonly dataDirectory: string
}

export type AuditQuestion =
  | { readonly type: 'append'; readonly draft: AuditDraft }
  | { readonly type: 'size' }
  | { readonly type: 'entries'; readonly from: number; readonly limit: number }
  | { readonly type: 'inclusion'; readonly seq: number; readonly size: number | undefined }
  | { readonly type: 'consistency'; readonly from: number; readonly to: number | undefined }
  | { readonly type: 'checkpoint'; readonly size: number | undefined }

export type AuditAnswer = AuditEntry | number | readonly AuditEntry[] | Inclusion | Consistency | Checkpoint

const port = parentPort
if (port === null) throw new Error('This file is the entry of a worker thread.')
const { dataDirectory } = workerData as AuditThreadData
let audit: OpenAudit | undefined

port.on('message', (message: ToThread<AuditQuestion>) => {
  if (message.type === 'close') {
    audit?.close()
    process.exit()
  }
  port.postMessage({
    number: message.number,
    answer: answer(message.question),
  } satisfies FromThread<AuditAnswer>)
})

function asked(from: OpenAudit, question: AuditQuestion): AuditAnswer {
  switch (question.type) {
    case 'append':
      return from.append(question.draft)
    case 'size':
      return from.size()
    case 'entries':
      return from.entries(question.from, question.limit)
    case 'inclusion':
      return from.inclusion(question.seq, question.size)
    case 'consistency':
      return from.consistency(question.from, question.to)
    case 'checkpoint':
      return from.checkpoint(question.size)
  }
}

function answer(question: AuditQuestion): FromThread<AuditAnswer>['answer'] {
  try {
    audit ??= openAudit(dataDirectory)
    return { value: asked(audit, question) }
  } catch (fault) {
    if (!(fault instanceof GatewayError)) {
      return {
        error: { code: 'audit_unavailable', message: 'The audit log fails; nothing is changed until it is well.' },
      }
    }
    const { code, message, param } = fault
    return { error: { code, message, ...(param === undefined ? {} : { param }) } }
  }
}
