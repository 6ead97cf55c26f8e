import type { Reporter, TestCase } from 'vitest/node'

/** Names the tests that passed only when tried again: each is a fault to mend, though it does not stop a change. */
export function secondChances(): Reporter {
  const names: string[] = []
  return {
    onTestCaseResult(test: TestCase) {
      if (test.diagnostic()?.flaky) names.push(`${test.module.relativeModuleId} > ${test.fullName}`)
    },
    onTestRunEnd() {
      for (const name of names) console.log(`Passed at the second try only: ${name}`)
    },
  }
}
