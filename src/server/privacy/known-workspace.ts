import type { VirtualKey } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import { nearestNames } from '../../core/text/nearest-names.ts'
import type { Actor } from '../../registry/access.ts'
import type { CompiledConfig } from '../config/compile.ts'
import type { Record } from '../record/record.ts'

export interface WorkspacesOptions {
  config(): Pick<CompiledConfig, 'workspaces'>
  keys(): readonly Pick<VirtualKey, 'workspace'>[]
  readonly reader: Pick<Record['reader'], 'listCalls' | 'searchSpans'>
}

/**
 * Throws `invalid_request` for a workspace that nothing is of: no key, no settings, no call and no span. A hold on a name with a
 * slip keeps nothing, and an erasure there takes nothing away; both would look as if they had.
 */
export type CheckWorkspace = (by: Actor, workspace: string) => Promise<void>

export function createWorkspaceCheck({ config, keys, reader }: WorkspacesOptions): CheckWorkspace {
  const isOnRecord = async (workspace: string): Promise<boolean> => {
    try {
      if ((await reader.listCalls({ workspace, limit: 1 })).data.length > 0) return true
      return (await reader.searchSpans({ workspace, limit: 1 })).data.length > 0
    } catch (fault) {
      // A hold must be possible while the record is away.
      if (fault instanceof GatewayError && fault.code === 'record_unavailable') return true
      throw fault
    }
  }
  return async (by, workspace) => {
    const known = new Set([...config().workspaces, ...keys().map((key) => key.workspace)])
    // Who is of one workspace learns of no other.
    if (known.has(workspace) || by.workspace !== undefined || (await isOnRecord(workspace))) return
    const [near] = nearestNames(workspace, known, 1)
    const meant = near === undefined ? '' : ` Did you mean "${near}"?`
    const message = `There is no workspace "${workspace}": no key, no settings, no call and no span are of it.${meant}`
    throw new GatewayError('invalid_request', message, { param: 'workspace' })
  }
}
