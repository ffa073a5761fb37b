//! Values that go into statements and come out of rows, the same for both engines.

use kernel::{Fault, Result};

/// One parameter or column. Booleans are `Int` 0 and 1, times are `Int` milliseconds, JSON is `Text`.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// A 64-bit integer.
    Int(i64),
    /// A double.
    Real(f64),
    /// UTF-8 text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
    /// A list for `{in $n}`; never a column.
    Ints(Vec<i64>),
    /// A list for `{in $n}`; never a column.
    Blobs(Vec<Vec<u8>>),
    /// A list for `{in $n}`; never a column.
    Texts(Vec<String>),
}

macro_rules! from {
    ($($t:ty, $v:ident => $e:expr;)*) => { $(impl From<$t> for Value { fn from($v: $t) -> Self { $e } })* };
}

from! {
    i64, v => Value::Int(v);
    i32, v => Value::Int(v.into());
    u32, v => Value::Int(v.into());
    u16, v => Value::Int(v.into());
    bool, v => Value::Int(v.into());
    f64, v => Value::Real(v);
    String, v => Value::Text(v);
    &str, v => Value::Text(v.to_owned());
    &String, v => Value::Text(v.clone());
    Vec<u8>, v => Value::Blob(v);
    &[u8], v => Value::Blob(v.to_vec());
    [u8; 16], v => Value::Blob(v.to_vec());
    [u8; 32], v => Value::Blob(v.to_vec());
    Vec<i64>, v => Value::Ints(v);
    Vec<Vec<u8>>, v => Value::Blobs(v);
    Vec<String>, v => Value::Texts(v);
    kernel::Timestamp, v => Value::Int(v.0);
    serde_json::Value, v => Value::Text(v.to_string());
    &serde_json::Value, v => Value::Text(v.to_string());
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Self {
        v.map_or(Value::Null, Into::into)
    }
}

macro_rules! from_ids {
    ($($t:ident),*) => {
        $(impl From<kernel::ids::$t> for Value { fn from(v: kernel::ids::$t) -> Self { Value::Int(v.0) } })*
    };
}

// StoreId is left out on purpose: the store of a statement is bound by the scope, never by hand.
from_ids!(
    AccountId,
    ApiKeyId,
    AttributeId,
    AuditId,
    CampaignId,
    ContactId,
    DomainId,
    ExportId,
    ImportId,
    JobId,
    MediaId,
    MessageId,
    RelayId,
    SavedBlockId,
    SavedViewId,
    SegmentId,
    SessionId,
    SuppressionId,
    TagId,
    TemplateId,
    UserId
);

/// Parameters after the store: `params![contact_id, now]` becomes `$2`, `$3`.
#[macro_export]
macro_rules! params {
    () => { &[] as &[$crate::Value] };
    ($($v:expr),+ $(,)?) => { &[$($crate::Value::from($v)),+] as &[$crate::Value] };
}

/// One row, owned.
#[derive(Clone, Debug, PartialEq)]
pub struct Row(pub Vec<Value>);

/// One row while it is read; borrows from the driver.
pub enum RowRef<'a> {
    /// From rusqlite.
    Sqlite(&'a rusqlite::Row<'a>),
    /// From tokio-postgres.
    Postgres(&'a tokio_postgres::Row),
}

fn wrong(column: usize, wanted: &str) -> Fault {
    Fault::new(format!("read column {column} as {wanted}"))
}

impl RowRef<'_> {
    /// An integer column.
    pub fn int(&self, i: usize) -> Result<i64> {
        self.opt_int(i)?.ok_or_else(|| wrong(i, "integer").into())
    }

    /// An integer column that may be NULL.
    pub fn opt_int(&self, i: usize) -> Result<Option<i64>> {
        match self {
            RowRef::Sqlite(row) => row.get(i).map_err(|_| wrong(i, "integer").into()),
            RowRef::Postgres(row) => match crate::engines::postgres::column(row, i)? {
                Value::Null => Ok(None),
                Value::Int(v) => Ok(Some(v)),
                _ => Err(wrong(i, "integer").into()),
            },
        }
    }

    /// A text column.
    pub fn text(&self, i: usize) -> Result<&str> {
        match self {
            RowRef::Sqlite(row) => {
                row.get_ref(i).ok().and_then(|v| v.as_str().ok()).ok_or_else(|| wrong(i, "text").into())
            }
            RowRef::Postgres(row) => row.try_get(i).map_err(|_| wrong(i, "text").into()),
        }
    }

    /// A bytes column.
    pub fn blob(&self, i: usize) -> Result<&[u8]> {
        self.opt_blob(i)?.ok_or_else(|| wrong(i, "bytes").into())
    }

    /// A bytes column that may be NULL.
    pub fn opt_blob(&self, i: usize) -> Result<Option<&[u8]>> {
        match self {
            RowRef::Sqlite(row) => row
                .get_ref(i)
                .ok()
                .and_then(|v| v.as_blob_or_null().ok())
                .ok_or_else(|| wrong(i, "bytes").into()),
            RowRef::Postgres(row) => row.try_get(i).map_err(|_| wrong(i, "bytes").into()),
        }
    }

    /// The whole row, owned.
    pub fn to_row(&self) -> Result<Row> {
        match self {
            RowRef::Sqlite(row) => crate::engines::sqlite::owned(row),
            RowRef::Postgres(row) => (0..row.len())
                .map(|i| crate::engines::postgres::column(row, i))
                .collect::<Result<_>>()
                .map(Row),
        }
    }
}

macro_rules! getters {
    ($($name:ident, $opt:ident, $variant:ident, $t:ty, $get:ident, $word:literal;)*) => {
        $(
            #[doc = concat!("Column `i` as ", $word, ".")]
            pub fn $name(&self, i: usize) -> Result<$t> {
                self.$opt(i)?.ok_or_else(|| wrong(i, $word).into())
            }

            #[doc = concat!("Column `i` as ", $word, ", or `None` for NULL.")]
            pub fn $opt(&self, i: usize) -> Result<Option<$t>> {
                match self.0.get(i) {
                    Some(Value::Null) => Ok(None),
                    Some(Value::$variant(v)) => Ok(Some(v.$get())),
                    _ => Err(wrong(i, $word).into()),
                }
            }
        )*
    };
}

impl Row {
    getters! {
        int, opt_int, Int, i64, clone, "integer";
        real, opt_real, Real, f64, clone, "real";
        text, opt_text, Text, String, clone, "text";
        blob, opt_blob, Blob, Vec<u8>, clone, "bytes";
    }

    /// A column of milliseconds.
    pub fn time(&self, i: usize) -> Result<kernel::Timestamp> {
        self.int(i).map(kernel::Timestamp)
    }

    /// A column of milliseconds that may be NULL.
    pub fn opt_time(&self, i: usize) -> Result<Option<kernel::Timestamp>> {
        Ok(self.opt_int(i)?.map(kernel::Timestamp))
    }

    /// A column of 0 and 1.
    pub fn flag(&self, i: usize) -> Result<bool> {
        self.int(i).map(|v| v != 0)
    }

    /// A text column holding JSON of a known shape.
    pub fn json<T: serde::de::DeserializeOwned>(&self, i: usize) -> Result<T> {
        use kernel::OrFault;
        serde_json::from_str(&self.text(i)?).or_fault("read a JSON column")
    }
}
