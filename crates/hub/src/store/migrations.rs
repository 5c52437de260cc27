use rusqlite::Connection;

use crate::HubError;

/// What each version adds to the one before; a line here is never changed once it was released.
const STEPS: &[&str] = &[
    "
    CREATE TABLE log (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        utc_ms INTEGER NOT NULL,
        device TEXT,
        severity INTEGER NOT NULL,
        topic TEXT NOT NULL,
        message TEXT NOT NULL,
        details TEXT
    );
    CREATE TABLE session (
        token_hash BLOB PRIMARY KEY,
        expires_utc_ms INTEGER NOT NULL
    );
    CREATE TABLE device (
        family TEXT NOT NULL,
        address TEXT NOT NULL,
        id TEXT NOT NULL,
        model TEXT NOT NULL,
        name TEXT,
        PRIMARY KEY (family, address)
    );
    CREATE TABLE album (
        device TEXT PRIMARY KEY,
        first_seen_utc_ms INTEGER NOT NULL
    );
    CREATE TABLE entry (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        device TEXT NOT NULL,
        path TEXT NOT NULL,
        kind TEXT NOT NULL,
        target TEXT,
        utc_ms INTEGER NOT NULL,
        night TEXT NOT NULL,
        subs INTEGER,
        exposure_s REAL,
        state TEXT NOT NULL,
        trouble TEXT,
        thumbnail TEXT
    );
    CREATE INDEX entry_newest ON entry (utc_ms DESC, seq DESC);
    CREATE TABLE file (
        entry TEXT NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        path TEXT NOT NULL,
        size_bytes INTEGER,
        media_type TEXT NOT NULL,
        here INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (entry, name)
    );
",
    "
    CREATE TABLE account (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        key TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL,
        flight INTEGER NOT NULL,
        disabled INTEGER NOT NULL,
        password TEXT NOT NULL,
        created_utc_ms INTEGER NOT NULL,
        last_seen_utc_ms INTEGER
    );
    CREATE TABLE guest_link (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        secret_hash BLOB NOT NULL UNIQUE,
        created_utc_ms INTEGER NOT NULL,
        expires_utc_ms INTEGER NOT NULL
    );
    CREATE TABLE token (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        secret_hash BLOB NOT NULL UNIQUE,
        account TEXT REFERENCES account (id) ON DELETE CASCADE,
        role TEXT NOT NULL,
        flight INTEGER NOT NULL,
        created_utc_ms INTEGER NOT NULL,
        last_used_utc_ms INTEGER,
        expires_utc_ms INTEGER
    );
    ALTER TABLE session ADD COLUMN account TEXT REFERENCES account (id) ON DELETE CASCADE;
    ALTER TABLE session ADD COLUMN guest_link TEXT REFERENCES guest_link (id) ON DELETE CASCADE;
    CREATE TABLE audit (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        utc_ms INTEGER NOT NULL,
        who TEXT NOT NULL,
        role TEXT,
        means TEXT,
        device TEXT,
        action TEXT NOT NULL,
        details TEXT,
        status INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        request_id TEXT NOT NULL
    );
    CREATE TABLE given_name (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL
    );
    CREATE TABLE setting (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    );
",
    "
    ALTER TABLE audit ADD COLUMN delay_ms INTEGER;
    CREATE TABLE flight (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        device TEXT NOT NULL,
        number INTEGER NOT NULL,
        model TEXT NOT NULL,
        serial TEXT NOT NULL,
        begin_utc_ms INTEGER NOT NULL,
        end_utc_ms INTEGER,
        UNIQUE (device, number)
    );
    CREATE TABLE track (
        flight INTEGER NOT NULL REFERENCES flight (id) ON DELETE CASCADE,
        utc_ms INTEGER NOT NULL,
        latitude_deg REAL NOT NULL,
        longitude_deg REAL NOT NULL,
        above_takeoff_m REAL,
        ellipsoid_m REAL,
        amsl_m REAL,
        heading_deg REAL,
        level_m_s REAL,
        up_m_s REAL,
        battery_percent REAL,
        PRIMARY KEY (flight, utc_ms)
    ) WITHOUT ROWID;
",
];

/// Brings a database up to this program's version.
pub(super) fn run(connection: &mut Connection) -> Result<(), HubError> {
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        return Err(HubError::StoreTooNew { found, known });
    }
    let done = usize::try_from(found).unwrap_or(0);
    for (step, version) in STEPS.iter().zip(1_i64..).skip(done) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}
