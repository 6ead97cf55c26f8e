import type { CallSorter } from '../../core/calls/route-plan.ts'
import { cheap, strong, whyUnread } from './sort-by-difficulty.ts'

/** Sorts calls by what a classifier has said of them. */
export function sortByVerdict(classifier: string): CallSorter {
  return ({ request, verdicts }) => {
    const unread = whyUnread(request)
    if (unread !== undefined) return { why: unread }
    const verdict = verdicts?.get(classifier)
    if (verdict === undefined) return { why: `${classifier} was not asked` }
    if ('fault' in verdict) return { why: `${classifier}: ${verdict.fault}` }
    return { index: verdict.says === 'easy' ? cheap : strong, why: `${classifier} says ${verdict.says}` }
  }
}
