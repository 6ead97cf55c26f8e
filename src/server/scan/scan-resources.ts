/**
 * Our guardrails in the shape of the scan API of Prisma AIRS, so that code which was written for it works unchanged.
 * https://pan.dev/prisma-airs/api/airuntimesecurity/airuntimesecurityapi/
 */
import { randomUUID } from 'node:crypto'
import { openaiChat } from '../../catalog/dialects/openai-chat.ts'
import { GatewayError } from '../../core/errors.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import type { PathEntry } from '../data-plane/paths/path-table.ts'
import type { Resource, ResourceCall, ResourceHandler } from '../data-plane/paths/serve-resource.ts'
import type { KeptScan, KeptScans } from './kept-scans.ts'
import { type ScanIds, scanAnswer, scanReport } from './scan-answer.ts'
import { readBatch, readIds, readScanRequest, type ScanRequest } from './scan-request.ts'

export interface ScanResourcesOptions {
  readonly kept: KeptScans
  /** Unix milliseconds. */
  now(): number
}

export function scanResources({ kept, now }: ScanResourcesOptions): readonly PathEntry<Resource>[] {
  async function scanned(
    call: ResourceCall,
    request: ScanRequest,
    ids: Omit<ScanIds, 'startedAt' | 'endedAt'>,
    reqId: number,
  ) {
    const startedAt = new Date(now()).toISOString()
    const scan = await call.runtime.scan({ id: `${ids.scanId}:${reqId}`, request, principal: call.principal })
    if (scan.decisions.length > 0) call.emit({ type: 'guardrails-judged', decisions: scan.decisions })
    const times = { ...ids, startedAt, endedAt: new Date(now()).toISOString() }
    return { result: scanAnswer(request, scan, times), report: scanReport(request, scan, times, reqId) }
  }

  function keep(
    { principal }: ResourceCall,
    ids: Pick<KeptScan, 'scanId' | 'reportId'>,
    all: readonly Scanned[],
  ): void {
    kept.keep(principal.workspace, {
      ...ids,
      results: all.map(({ reqId, result }) => ({ req_id: reqId, status: 'complete', scan_id: ids.scanId, result })),
      reports: all.map(({ report }) => report),
    })
  }

  const sync: ResourceHandler = async (call) => {
    const request = readScanRequest(await call.anyJson())
    await call.count()
    const ids = newIds()
    const { result, report } = await scanned(call, request, ids, 0)
    keep(call, ids, [{ reqId: 0, result, report }])
    return { json: result }
  }

  /** All is scanned before it is answered: what was asked for is on the record of the call that asked. */
  const batch: ResourceHandler = async (call) => {
    const requests = readBatch(await call.anyJson())
    await call.count()
    const ids = newIds()
    const received = new Date(now()).toISOString()
    const all = await Promise.all(
      requests.map(async ({ req_id: reqId, scan_req }): Promise<Scanned> => {
        return { reqId, ...(await scanned(call, scan_req, ids, reqId)) }
      }),
    )
    keep(call, ids, all)
    return { json: { received, scan_id: ids.scanId, report_id: ids.reportId } }
  }

  const asked =
    (name: string, shown: (scan: KeptScan) => readonly JsonObject[]): ResourceHandler =>
    ({ query, principal }) => {
      const found = readIds(query, name).map((id) => kept.find(principal.workspace, id))
      if (found.some((scan) => scan === undefined)) throw new GatewayError('not_found', 'There is no scan of this id.')
      return { json: found.flatMap((scan) => (scan === undefined ? [] : shown(scan))) }
    }

  return [
    placed('/v1/scan/sync/request', { POST: sync }),
    placed('/v1/scan/async/request', { POST: batch }),
    placed('/v1/scan/results', { GET: asked('scan_ids', ({ results }) => results) }),
    placed('/v1/scan/reports', { GET: asked('report_ids', ({ reports }) => reports) }),
  ]
}

interface Scanned {
  readonly reqId: number
  readonly result: JsonObject
  readonly report: JsonObject
}

/** Its errors have a `message` in an `error`, as those of AIRS do. */
function placed(path: string, methods: Resource['methods']): PathEntry<Resource> {
  return [path, { path, dialect: openaiChat, methods, keyHeader: 'x-pan-token' }]
}

function newIds(): Pick<KeptScan, 'scanId' | 'reportId'> {
  const scanId = randomUUID()
  return { scanId, reportId: `R${scanId}` }
}
