import { z } from 'zod'
import { defineDetector, type Finding } from '../../core/inspection/detection.ts'
import { distinctFindings } from '../../core/inspection/distinct-findings.ts'
import type { TextView } from '../../core/inspection/inspected-text.ts'
import { clean, flagged } from './secrets/examples.ts'
import { keysOfGateway } from './secrets/keys-of-gateway.ts'
import { openFrom } from './secrets/open-from.ts'
import { longestKey } from './secrets/private-keys.ts'
import { rules } from './secrets/rules.ts'
import { secretScan } from './secrets/scan.ts'
import { spacedOut } from './secrets/spaced-out.ts'
import { tablesBehind } from './secrets/tables.ts'

const settings = z.strictObject({})

export default defineDetector({
  id: 'secrets',
  title: 'Secrets',
  about:
    'Finds credentials by the shapes that their vendors give them, by the names of vendors beside them, and by the names that ' +
    'code, settings, headers, commands and sentences give them: API keys, tokens, private keys, connection strings, passwords, seeds of one-time codes, recovery codes. ' +
    'Keys whose signs are written apart (`A K I A …`) or in groups are closed up; virtual keys of this gateway are known by their hash, whatever they look like. ' +
    'Checksums and entropy are looked at; stand-ins, look-ups of variables, examples of documents, identifiers and hashes are left.',
  points: ['input', 'output', 'tool-definition', 'tool-call', 'tool-result', 'artifact'],
  taxonomy: ['LLM02', 'AML.T0055', 'AML.T0057', 'CWE-798', 'CWE-522', 'CWE-312'],
  rules,
  findsData: true,
  maxSpan: longestKey,
  openFrom,
  leaves: tablesBehind,
  settings,
  examples: { flagged, clean },
  create: () => {
    const find = secretScan()
    const inView = (view: TextView, left: string | undefined, isSplit: boolean): readonly Finding[] => {
      const found = find(view.text, view.kind === 'original' ? left : undefined)
      const apart = isSplit && view.kind !== 'joined' ? spacedOut(view.text, find) : []
      return [...found, ...apart].map(({ rule, category, score, start, end }) => ({
        rule,
        category,
        score,
        span: view.spanOf(start, end),
      }))
    }
    return (text, { left, ownKeys = [] }) => {
      // Read as letters, digits of a key make words.
      const findings = text.views.flatMap((view) =>
        view.kind === 'leet' ? [] : inView(view, left, text.split?.includes(view) !== false),
      )
      return distinctFindings(ownKeys.length === 0 ? findings : [...findings, ...keysOfGateway(text, ownKeys)])
    }
  },
})
