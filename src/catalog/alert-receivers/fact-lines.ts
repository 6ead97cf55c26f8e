import type { Alert } from '../../core/spending/alert.ts'
import { measures, unitText } from '../../core/spending/budget.ts'

/** The details of an alert for people: amounts with their unit, and a threshold as what it is. */
export function factLines({ workspace, details }: Pick<Alert, 'workspace' | 'details'>): string[] {
  const measure = measures.find((known) => known === details['measure'])
  const text = (name: string, value: string | number): string => {
    if (typeof value === 'string') return value
    if (name === 'threshold') return `${value} %`
    return measure !== undefined && amounts.has(name) ? unitText(measure, value) : String(value)
  }
  const facts = Object.entries({ ...(workspace === undefined ? {} : { workspace }), ...details })
  return facts.flatMap(([name, value]) => (name === 'measure' ? [] : [`${name}: ${text(name, value)}`]))
}

const amounts: ReadonlySet<string> = new Set(['amount', 'used', 'left'])
