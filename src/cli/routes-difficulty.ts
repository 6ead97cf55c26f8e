import { type MeasuredDifficulty, measureDifficulty } from '../server/routes/measure-difficulty.ts'
import { jsonLine, readArguments, table } from './command.ts'
import { recordedCalls, recordOptions } from './recorded-calls.ts'

/** `portcullis routes difficulty`, after its name. */
export async function difficulty(args: readonly string[]): Promise<number> {
  const { values } = readArguments(args, { ...recordOptions, json: { type: 'boolean', default: false } })
  const measured = measureDifficulty(await recordedCalls(values))
  process.stdout.write(values.json ? jsonLine(measured) : text(measured))
  return 0
}

function text({ calls, otherwise, skipped, thresholds }: MeasuredDifficulty): string {
  const found = `${calls} calls have a difficulty; ${otherwise} would go to \`otherwise\`; ${skipped} could not be read.\n`
  if (calls === 0) return found
  const rows = thresholds.map(({ strongShare, threshold }) => [
    `${Math.round(strongShare * 100)} %`,
    threshold === null ? '' : threshold.toFixed(4),
  ])
  return `${found}\n${table(['FOR STRONG', 'THRESHOLD'], rows)}`
}
