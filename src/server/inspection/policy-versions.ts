import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KeptPolicy } from '../../core/inspection/guardrail.ts'
import type { GuardrailConfig } from '../config/compile-guardrails.ts'

/** What policies of earlier decisions said, one file each. */
export interface PolicyVersions {
  /** To be called when it is in use. */
  keep(policy: Pick<GuardrailConfig, 'version' | 'all' | 'isFailingOpen' | 'unreadable'>): void
  /** The newest first. */
  list(): readonly { readonly version: string; readonly since: number }[]
  read(version: string): KeptPolicy | undefined
}

const MAX_KEPT = 500

export function createPolicyVersions(
  directory: string,
  now: () => number,
  log: (text: string) => void,
): PolicyVersions {
  let kept: string | undefined
  const fileOf = (version: string): string => join(directory, `${version}.json`)

  function list(): readonly { readonly version: string; readonly since: number }[] {
    return namesIn(directory)
      .filter((name) => isVersion(name.replace(/\.json$/, '')) && name.endsWith('.json'))
      .map((name) => ({ version: name.slice(0, -5), since: statSync(join(directory, name)).mtimeMs }))
      .sort((a, b) => b.since - a.since)
  }

  function write({ version, all, isFailingOpen, unreadable }: Parameters<PolicyVersions['keep']>[0]): void {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    if (namesIn(directory).includes(`${version}.json`)) return
    const policy: KeptPolicy = {
      version,
      since: now(),
      guardrails: all,
      onError: isFailingOpen ? 'allow' : 'deny',
      unreadable,
    }
    const draft = join(directory, `${version}.new`)
    writeFileSync(draft, JSON.stringify(policy), { mode: 0o600 })
    renameSync(draft, fileOf(version))
    for (const old of list().slice(MAX_KEPT)) rmSync(fileOf(old.version), { force: true })
  }

  return {
    keep(policy) {
      if (policy.version === kept) return
      try {
        write(policy)
        kept = policy.version
      } catch (fault) {
        log(`What the policy ${policy.version} says cannot be kept: ${(fault as Error).message}`)
      }
    },
    list,
    read(version) {
      if (!isVersion(version)) return undefined
      try {
        // Written by this program, and read back by it.
        return JSON.parse(readFileSync(fileOf(version), 'utf8')) as KeptPolicy
      } catch (fault) {
        if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw fault
      }
    },
  }
}

/** No path is one. */
function isVersion(text: string): boolean {
  return /^[0-9a-f]{12}$/.test(text)
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw fault
  }
}
