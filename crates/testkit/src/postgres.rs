//! PostgreSQL databases for tests that run the program as a process: made fresh, copied, cut off.
//!
//! Blocking on purpose: such tests are plain threads that wait for processes.

use crate::engines::{postgres_url, replace_database, run_sql};

/// A database of one test; dropped with it.
pub struct FreshPostgres {
    /// URL of the database.
    pub url: String,
    base: String,
    name: String,
}

impl FreshPostgres {
    /// Makes an empty database, or `None` if no server is given.
    pub fn create() -> Option<Self> {
        Some(Self::make(postgres_url()?, None))
    }

    /// Makes a database with the same contents. Connections to the original are ended.
    pub fn copy(&self) -> Self {
        self.end_connections();
        Self::make(self.base.clone(), Some(&self.name))
    }

    fn make(base: String, original: Option<&str>) -> Self {
        let name = format!("t_{:016x}", rand::random::<u64>());
        let like = original.map_or(String::new(), |o| format!(" TEMPLATE {o}"));
        let url = replace_database(&base, &name);
        let fresh = FreshPostgres { url, base, name };
        fresh.run(&format!("CREATE DATABASE {}{like}", fresh.name));
        fresh
    }

    /// Takes the database away from its clients, or gives it back.
    pub fn allow(&self, connections: bool) {
        self.run(&format!("ALTER DATABASE {} ALLOW_CONNECTIONS {connections}", self.name));
        if !connections {
            self.end_connections();
        }
    }

    /// Ends every connection to the database, in the middle of whatever it does.
    pub fn end_connections(&self) {
        self.run(&format!(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{}'",
            self.name
        ));
    }

    /// Runs a statement in the server's first database.
    fn run(&self, sql: &str) {
        let (base, sql) = (self.base.clone(), sql.to_owned());
        // A thread of its own: the caller may or may not be inside a runtime.
        let ran = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(run_sql(&base, &sql));
        });
        ran.join().expect("the statement runs");
    }
}

impl Drop for FreshPostgres {
    fn drop(&mut self) {
        self.run(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}
