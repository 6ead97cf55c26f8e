import { type CallSteps, inOrder } from '../record/call-migrations.ts'

/**
 * The steps from an empty file to today's schema; `user_version` says how many were taken. Append, never change.
 *
 * Times are integer milliseconds, durations integer microseconds, money integer nano-USD. Every index ends in `seq`, the
 * rowid, by itself: pages are keyed by (started_at, seq).
 */
const steps: CallSteps = {
  calls: `
  CREATE TABLE calls (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    started_at INTEGER NOT NULL,
    workspace TEXT NOT NULL,
    key TEXT,
    agent TEXT,
    user TEXT,
    client_dialect TEXT,
    provider_dialect TEXT,
    provider TEXT,
    account TEXT,
    model TEXT,
    requested_model TEXT,
    endpoint TEXT NOT NULL,
    stream INTEGER NOT NULL,
    status INTEGER NOT NULL,
    error_code TEXT,
    error_message TEXT,
    input_tokens INTEGER,
    cached_input_tokens INTEGER,
    cache_write_tokens INTEGER,
    cache_write_1h_tokens INTEGER,
    output_tokens INTEGER,
    reasoning_tokens INTEGER,
    usage_estimated INTEGER NOT NULL,
    cost_nano_usd INTEGER,
    finish_reason TEXT,
    time_to_first_token_us INTEGER,
    duration_us INTEGER NOT NULL,
    overhead_us INTEGER NOT NULL,
    cache TEXT,
    route TEXT,
    meta TEXT NOT NULL
  ) STRICT;
  CREATE INDEX calls_by_time ON calls (started_at);
  CREATE INDEX calls_by_workspace ON calls (workspace, started_at);
  CREATE INDEX calls_by_key ON calls (key, started_at);
  CREATE INDEX calls_by_model ON calls (model, started_at);
  CREATE INDEX calls_by_requested_model ON calls (requested_model, started_at);
  CREATE INDEX calls_by_provider ON calls (provider, started_at);
  CREATE INDEX calls_failed ON calls (started_at) WHERE status >= 400;

  CREATE TABLE bodies (
    seq INTEGER PRIMARY KEY,
    input TEXT,
    output TEXT,
    input_truncated INTEGER NOT NULL,
    output_truncated INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE spool_positions (segment TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  'calls-by-account': 'CREATE INDEX calls_by_account ON calls (account, started_at)',
  'traces-and-labels': `
  ALTER TABLE calls ADD COLUMN trace_id TEXT;
  CREATE INDEX calls_by_trace ON calls (trace_id, started_at) WHERE trace_id IS NOT NULL;
  CREATE INDEX calls_by_user ON calls (user, started_at) WHERE user IS NOT NULL;

  -- For the search alone: the whole of it is in the column meta.
  CREATE TABLE call_metadata (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (name, value, started_at, seq)
  ) STRICT, WITHOUT ROWID;
  `,
  'budget-uses': `
  CREATE TABLE budget_uses (
    counter TEXT NOT NULL,
    window_start INTEGER NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (counter, window_start)
  ) STRICT, WITHOUT ROWID;
  `,
  rollups: `
  CREATE TABLE rollup_sets (
    id INTEGER PRIMARY KEY,
    tuple TEXT NOT NULL UNIQUE,
    family INTEGER NOT NULL,
    folded INTEGER NOT NULL,
    workspace TEXT NOT NULL,
    key TEXT,
    agent TEXT,
    user TEXT,
    provider TEXT,
    account TEXT,
    model TEXT,
    requested_model TEXT,
    endpoint TEXT,
    status INTEGER,
    error_code TEXT,
    route TEXT,
    shadow INTEGER
  ) STRICT;
  CREATE INDEX rollup_sets_by_workspace ON rollup_sets (workspace);

  CREATE TABLE rollups (
    level INTEGER NOT NULL,
    workspace TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    set_id INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    cached_input_tokens INTEGER NOT NULL,
    cache_write_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    cost_nano_usd INTEGER NOT NULL,
    saved_nano_usd INTEGER NOT NULL,
    unpriced_calls INTEGER NOT NULL,
    estimated_calls INTEGER NOT NULL,
    cache_hits INTEGER NOT NULL,
    cache_lookups INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    fallback_calls INTEGER NOT NULL,
    duration_us INTEGER NOT NULL,
    overhead_us INTEGER NOT NULL,
    time_to_first_token_us INTEGER NOT NULL,
    first_tokens INTEGER NOT NULL,
    duration_histogram TEXT NOT NULL,
    time_to_first_token_histogram TEXT NOT NULL,
    overhead_histogram TEXT NOT NULL,
    PRIMARY KEY (level, workspace, bucket, set_id)
  ) STRICT, WITHOUT ROWID;

  -- Calls that were there before: those with seq above next and up to last are in no sum yet.
  CREATE TABLE rollup_backfill (next INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
  INSERT INTO rollup_backfill SELECT 0, max(seq) FROM calls HAVING max(seq) IS NOT NULL;
  `,
  facts: `
  -- Beside the calls: tools that were called, attempts at other targets, decisions. Detail says more of an attempt.
  CREATE TABLE call_facts (
    kind TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    name TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (kind, started_at, seq, name, detail)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE fact_backfill (next INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
  INSERT INTO fact_backfill SELECT 0, max(seq) FROM calls HAVING max(seq) IS NOT NULL;
  CREATE INDEX rollup_sets_folded ON rollup_sets (family, workspace) WHERE folded = 1;
  `,
  feedback: `
  CREATE TABLE feedback (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    workspace TEXT NOT NULL,
    key TEXT NOT NULL,
    call_id TEXT,
    trace_id TEXT,
    value REAL NOT NULL,
    weight REAL NOT NULL,
    label TEXT,
    comment TEXT,
    user TEXT,
    metadata TEXT
  ) STRICT;
  CREATE INDEX feedback_by_call ON feedback (call_id) WHERE call_id IS NOT NULL;
  CREATE INDEX feedback_by_trace ON feedback (trace_id) WHERE trace_id IS NOT NULL;
  CREATE INDEX feedback_by_workspace ON feedback (workspace, at);
  CREATE INDEX feedback_by_user ON feedback (user) WHERE user IS NOT NULL;
  `,
  sessions: `
  ALTER TABLE calls ADD COLUMN session_id TEXT;
  -- All calls of a session, and the newest of each: whether there is a newer one is a look into the first.
  CREATE INDEX calls_by_session ON calls (session_id, workspace, started_at) WHERE session_id IS NOT NULL;
  CREATE INDEX calls_with_session ON calls (started_at) WHERE session_id IS NOT NULL;
  `,
  spans: `
  CREATE TABLE spans (
    seq INTEGER PRIMARY KEY,
    trace_id TEXT NOT NULL,
    workspace TEXT NOT NULL,
    span_id TEXT NOT NULL,
    parent_id TEXT,
    key TEXT NOT NULL,
    user TEXT,
    kept_since INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    duration_us INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    is_error INTEGER NOT NULL,
    service TEXT,
    scope TEXT,
    operation TEXT,
    model TEXT,
    input_tokens INTEGER,
    output_tokens INTEGER,
    dropped INTEGER NOT NULL,
    attributes TEXT NOT NULL,
    content TEXT,
    UNIQUE (trace_id, workspace, span_id)
  ) STRICT;
  -- The older of when it began and when it came, whatever the clock of its program says.
  CREATE INDEX spans_by_age ON spans (workspace, kept_since);
  CREATE INDEX spans_by_user ON spans (user) WHERE user IS NOT NULL;
  `,
  'parent-traces': `
  -- Of the client's traceparent, where the client has another name for the trace.
  ALTER TABLE calls ADD COLUMN parent_trace_id TEXT;
  CREATE INDEX calls_by_parent_trace ON calls (parent_trace_id, started_at) WHERE parent_trace_id IS NOT NULL;
  `,
  'spans-by-time': `
  CREATE INDEX spans_by_time ON spans (started_at, seq);
  CREATE INDEX spans_of_workspace ON spans (workspace, started_at, seq);
  `,
  erasures: `
  -- Of several gateways on one database: a file has one, whose spool is empty when it erases.
  `,
  'budget-buckets': `
  -- The place of the last call that was added: a clock that is set does not tell what came first.
  ALTER TABLE budget_uses ADD COLUMN last_seq INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE budget_buckets (
    counter TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    missing REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
}

export const migrations = inOrder(steps)
