import type { BudgetDescription } from '../server/control/budgets.ts'
import { type Command, jsonLine, readArguments, table } from './command.ts'
import { askControl } from './control-client.ts'

export const budgets: Command = {
  summary: 'list budgets and limits, and what is used of each',
  help: `Usage: portcullis budgets [--key <id>] [--budget <id>] [--json]

  Budgets and limits of a running gateway: those of its keys, and those of the file that calls have come under.
  USED is settled, RESERVED is held for calls in flight, RESETS is when all of it is there again,
  ENDS ABOUT when it is used up at its pace, or when it was; – where it lasts until then.

  --key <id>     only those of this key itself
  --budget <id>  only this one of the file
  --json         one JSON object per line

  --url <url>    the gateway's control plane, with PORTCULLIS_ADMIN_TOKEN; default: that of portcullis.yaml here`,
  async run(args) {
    const { values } = readArguments(
      args,
      {
        url: { type: 'string' },
        json: { type: 'boolean', default: false },
        key: { type: 'string' },
        budget: { type: 'string' },
      },
      0,
    )
    const { key, budget } = values
    const query = new URLSearchParams({
      ...(key === undefined ? {} : { key }),
      ...(budget === undefined ? {} : { budget }),
    })
    // The control API's own shape.
    const { data } = (await askControl(values.url, `/api/v1/budgets?${query}`)) as {
      data: readonly BudgetDescription[]
    }
    process.stdout.write(values.json ? data.map(jsonLine).join('') : budgetsText(data))
    return 0
  },
}

const head = ['OWNER', 'GROUP', 'MEASURE', 'AMOUNT', 'PER', 'USED', 'RESERVED', 'LEFT', 'RESETS', 'ENDS ABOUT']

function budgetsText(budgets: readonly BudgetDescription[]): string {
  return table(
    head,
    budgets.map(({ key, budget, groupBy, group, measure, amount, per, used, reserved, left, resetsAt, forecast }) => [
      key === null ? `budget ${budget}` : `key ${key}`,
      group.map((value, index) => `${groupBy[index] ?? ''}=${value === '' ? '(none)' : value}`).join(' '),
      measure,
      ...[amount, per ?? '', used, reserved, left].map(numberText),
      resetsAt ?? '',
      endText(forecast?.endsAt, resetsAt),
    ]),
  )
}

/** Both as the API writes times, which sort as texts. */
function endText(endsAt: string | undefined, resetsAt: string | null): string {
  if (endsAt === undefined) return ''
  return resetsAt !== null && endsAt >= resetsAt ? '–' : endsAt
}

/** What is left of a window that slides is a fraction of a call; of money millionths are shown. */
function numberText(value: number | string): string {
  return typeof value === 'string' ? value : String(Number(value.toFixed(6)))
}
