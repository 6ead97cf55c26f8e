/** How an engine writes what the other writes otherwise. */
interface Dialect {
  /** 64 bits. */
  readonly integer: string
  /** Behind the columns of a table. */
  readonly strict: string
  /** What makes changes of a table known to others, where the engine does not do so by itself. */
  told(...tables: readonly string[]): string
}

export const sqliteDialect: Dialect = { integer: 'INTEGER', strict: ' STRICT', told: () => '' }

/** The row is locked until the change is there, so that changes come one after the other, also those made by hand. */
export const postgresDialect: Dialect = {
  integer: 'BIGINT',
  strict: '',
  told: (...tables) => `
    CREATE TABLE control_revision (one BOOLEAN PRIMARY KEY CHECK (one), revision BIGINT NOT NULL);
    INSERT INTO control_revision VALUES (true, 0);
    CREATE FUNCTION control_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        UPDATE control_revision SET revision = revision + 1;
        NOTIFY portcullis_control;
        RETURN NULL;
      END $$;
    ${tables
      .map(
        (table) => `CREATE TRIGGER control_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ${table}
          FOR EACH STATEMENT EXECUTE FUNCTION control_changed();`,
      )
      .join('\n')}`,
}

/** One history for both engines. What stands here is never changed: a database may have taken the step. */
export const controlMigrations: readonly ((dialect: Dialect) => string)[] = [
  ({ integer, strict }) => `CREATE TABLE virtual_key (
     id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, workspace TEXT NOT NULL, models TEXT NOT NULL,
     source TEXT NOT NULL, created_at ${integer} NOT NULL, revoked_at ${integer}
   )${strict};
   CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)${strict};`,
  // JSON: `StoredSettings`.
  () => `ALTER TABLE virtual_key ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';`,
  // JSON: `Grant`.
  ({ integer, strict }) => `CREATE TABLE management_key (
     id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, workspace TEXT, access TEXT NOT NULL,
     created_at ${integer} NOT NULL, expires_at ${integer}, revoked_at ${integer}
   )${strict};`,
  ({ integer, strict }) => `CREATE TABLE credential (
     workspace TEXT NOT NULL, name TEXT NOT NULL, version ${integer} NOT NULL, master_id TEXT NOT NULL, wrapped_key TEXT NOT NULL,
     ciphertext TEXT NOT NULL, created_at ${integer} NOT NULL, changed_at ${integer} NOT NULL, PRIMARY KEY (workspace, name)
   )${strict};`,
  // How often a key was changed: who changes one says which state of it they have seen.
  ({ integer, told }) => `ALTER TABLE virtual_key ADD COLUMN changes ${integer} NOT NULL DEFAULT 0;
    ${told('virtual_key', 'management_key', 'credential', 'setting')}`,
]
