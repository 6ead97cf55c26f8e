import { type TokenEncoding, tokenEncodingOf } from '../../catalog/models/token-encodings.ts'
import type { Target } from '../../core/calls/registry.ts'
import { type TokenRanks, type TokenTable, textsOfTokens, tokenTable } from '../../gateway/inspection/token-table.ts'

/** The texts of a prompt of numbers; `undefined` where nobody can tell what one of the models would read in it. */
export type TokenReader = (
  lists: readonly (readonly number[])[],
  targets: readonly Target[],
) => Promise<readonly string[] | undefined>

/** Tables take megabytes, so each is loaded when it is first asked for. */
export function createTokenReader(): TokenReader {
  const tables = new Map<TokenEncoding, Promise<TokenTable>>()
  return async (lists, targets) => {
    const encodings = new Set(targets.map(({ model }) => tokenEncodingOf(model)))
    const [encoding] = encodings
    if (encoding === undefined || encodings.size !== 1) return undefined
    const table = tables.get(encoding) ?? loaders[encoding]().then(({ default: ranks }) => tokenTable(ranks))
    tables.set(encoding, table)
    return textsOfTokens(await table, lists)
  }
}

const loaders: Readonly<Record<TokenEncoding, () => Promise<{ readonly default: TokenRanks }>>> = {
  o200k_base: () => import('js-tiktoken/ranks/o200k_base'),
  cl100k_base: () => import('js-tiktoken/ranks/cl100k_base'),
  p50k_base: () => import('js-tiktoken/ranks/p50k_base'),
  r50k_base: () => import('js-tiktoken/ranks/r50k_base'),
}
