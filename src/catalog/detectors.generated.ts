// Written by scripts/generate-catalogue.ts. Do not edit.
import type { Detector } from '../core/detection.ts'
import secrets from './detectors/secrets.ts'

export const detectors = {
  'secrets': secrets,
} as Readonly<Record<string, Detector>>
