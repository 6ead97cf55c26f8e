import { analyticsSuite } from '../call-store/analytics.ts'
import { readingSuite } from '../call-store/reading.ts'
import { removalSuite } from '../call-store/removal.ts'
import { spansSuite } from '../call-store/spans.ts'
import { sumsSuite } from '../call-store/sums.ts'
import { postgresEngine } from './postgres.ts'

for (const suite of [readingSuite, analyticsSuite, sumsSuite, removalSuite, spansSuite]) suite(postgresEngine)
