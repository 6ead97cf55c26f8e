import { analyticsSuite } from '../call-store/analytics.ts'
import { readingSuite } from '../call-store/reading.ts'
import { removalSuite } from '../call-store/removal.ts'
import { sumsSuite } from '../call-store/sums.ts'
import { postgresEngine } from './postgres.ts'

for (const suite of [readingSuite, analyticsSuite, sumsSuite, removalSuite]) suite(postgresEngine)
