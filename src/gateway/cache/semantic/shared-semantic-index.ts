import { createSemanticIndex, type IndexLimits, type SemanticIndex } from './semantic-index.ts'

/** What is kept, whatever the configuration. It stays as long as the room for it does not change. */
export interface SharedSemanticIndex extends Pick<SemanticIndex, 'report' | 'purge'> {
  indexOf(limits: IndexLimits): SemanticIndex
}

export function createSharedSemanticIndex(): SharedSemanticIndex {
  let index: SemanticIndex | undefined
  let room: IndexLimits = { maxEntries: 0, maxBytes: 0 }
  return {
    indexOf(limits) {
      if (index === undefined || limits.maxEntries !== room.maxEntries || limits.maxBytes !== room.maxBytes)
        index = createSemanticIndex(limits)
      room = limits
      return index
    },
    report: (match) => index?.report(match),
    purge: (workspace, tag) => index?.purge(workspace, tag) ?? 0,
  }
}
