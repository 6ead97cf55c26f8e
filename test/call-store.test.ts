import { analyticsSuite } from './call-store/analytics.ts'
import { readingSuite } from './call-store/reading.ts'
import { removalSuite } from './call-store/removal.ts'
import { spansSuite } from './call-store/spans.ts'
import { sqliteEngine } from './call-store/sqlite.ts'
import { sumsSuite } from './call-store/sums.ts'

for (const suite of [readingSuite, analyticsSuite, sumsSuite, removalSuite, spansSuite]) suite(sqliteEngine)
