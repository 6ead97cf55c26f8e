import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { importBed } from './support/import-bed.ts'

const { cli, fileOf } = importBed()

describe('budgets that an import reads', () => {
  it('of a LiteLLM proxy become one for all calls', async () => {
    const text = (duration: string): string => `litellm_settings: { max_budget: 100.5${duration} }\nmodel_list: []\n`
    const all = async (name: string, duration: string) => {
      const { code, stdout, stderr } = await cli('import', await fileOf(name, text(duration)), '--from', 'litellm')
      return { code, stderr, budgets: stdout === '' ? undefined : parse(stdout)?.budgets }
    }
    expect(await all('total.yaml', '')).toMatchObject({ budgets: [{ id: 'all', costUsd: 100.5, per: 'total' }] })
    expect(await all('day.yaml', ', budget_duration: 1d')).toMatchObject({
      code: 0,
      budgets: [{ id: 'all', costUsd: 100.5, per: 'day' }],
    })
    const month = await all('month.yaml', ', budget_duration: 30d')
    expect(month).toMatchObject({ code: 3, budgets: [{ id: 'all', costUsd: 100.5, per: 'month' }] })
    expect(month.stderr).toContain('the month of the calendar')
    const odd = await all('odd.yaml', ', budget_duration: 10d')
    expect(odd).toMatchObject({ code: 3, budgets: undefined })
    expect(odd.stderr).toContain('its time has no equal')
  })

  it("of Bifrost's keys become theirs, wherever they stand, and those of nobody are listed", async () => {
    const key = (id: string, more: object) => ({ id, name: id, value: `env.${id.toUpperCase()}`, ...more })
    const config = {
      providers: { openai: { keys: [{ name: 'o', value: 'env.OPENAI_API_KEY', models: ['*'], weight: 1 }] } },
      governance: {
        virtual_keys: [
          key('named', { budget_id: 'b', rate_limit_id: 'r' }),
          key('owned', {}),
          key('inside', {
            budgets: [{ id: 'x', max_limit: 1, reset_duration: '1d' }],
            rate_limit: { request_max_limit: 9, request_reset_duration: '1h' },
          }),
          key('sharing', { budget_id: 'b' }),
        ],
        budgets: [
          { id: 'b', max_limit: 50, reset_duration: '1M' },
          { id: 'c', max_limit: 5.5, reset_duration: '1w', virtual_key_id: 'owned' },
          { id: 't', max_limit: 7, reset_duration: '1d', team_id: 'team' },
        ],
        rate_limits: [
          {
            id: 'r',
            request_max_limit: 2,
            request_reset_duration: '1m',
            token_max_limit: 1000,
            token_reset_duration: '1m',
          },
        ],
      },
    }
    const file = await fileOf('budgets.json', JSON.stringify(config))
    const { code, stdout } = await cli('import', file, '--json')
    expect(code).toBe(3)
    const { config: text, notes } = JSON.parse(stdout)
    const result = typeof text === 'string' ? parse(text) : text
    expect(result.keys.map(({ id, budgets }: { id: string; budgets: unknown }) => [id, budgets])).toEqual([
      [
        'named',
        [
          { costUsd: 50, per: 'month' },
          { requests: 2, per: 'minute' },
          { tokens: 1000, per: 'minute' },
        ],
      ],
      ['owned', [{ costUsd: 5.5, per: 'week' }]],
      [
        'inside',
        [
          { costUsd: 1, per: 'day' },
          { requests: 9, per: 'hour' },
        ],
      ],
      ['sharing', undefined],
    ])
    const places = notes
      .filter(({ kind }: { kind: string }) => kind === 'unmapped')
      .map(({ place }: { place: string }) => place)
    expect(places).toContain('governance.virtual_keys[3].budget_id')
    expect(places.some((place: string) => place.startsWith('governance.budgets[2]'))).toBe(true)
    expect(places.filter((place: string) => /budgets\[[01]\]|rate_limits/.test(place))).toEqual([])
  })
})
