//! Binary COPY, in large pieces. The driver's own writer sends every 4 KiB, which costs a change of threads
//! for every ten rows.

use super::fault;
use crate::value::Value;
use bytes::{BufMut, Bytes, BytesMut};
use futures_util::{SinkExt, pin_mut};
use kernel::{Fault, OrFault, Result};
use tokio_postgres::CopyInSink;
use tokio_postgres::types::{IsNull, ToSql, Type};

/// Bytes sent at once.
const PIECE: usize = 256 * 1024;
/// Signature, no flags, no extension (PostgreSQL documentation, COPY, "Binary Format").
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const END: i16 = -1;
const NULL: i32 = -1;

/// Sends rows of values of these types; answers the rows added. An error before the end undoes all.
pub(super) async fn send(
    sink: CopyInSink<Bytes>,
    types: &[Type],
    rows: impl Iterator<Item = Vec<Value>>,
) -> Result<u64> {
    pin_mut!(sink);
    let mut piece = BytesMut::with_capacity(2 * PIECE);
    piece.put_slice(HEADER);
    for row in rows {
        put_row(&mut piece, types, &row)?;
        if piece.len() >= PIECE {
            sink.send(piece.split().freeze()).await.map_err(|e| fault("copy rows", e))?;
            piece.reserve(2 * PIECE);
        }
    }
    piece.put_i16(END);
    sink.send(piece.freeze()).await.map_err(|e| fault("copy rows", e))?;
    sink.finish().await.map_err(|e| fault("end a copy", e))
}

fn put_row(out: &mut BytesMut, types: &[Type], row: &[Value]) -> Result<()> {
    if row.len() != types.len() {
        return Err(Fault::new("a row to copy has another number of columns than its table").into());
    }
    out.put_i16(types.len() as i16);
    for (value, ty) in row.iter().zip(types) {
        let at = out.len();
        out.put_i32(NULL);
        let written =
            value.to_sql(ty, out).map_err(|e| Fault { source: Some(e), ..Fault::new("copy a value") })?;
        if matches!(written, IsNull::No) {
            let length = i32::try_from(out.len() - at - 4).or_fault("copy a value below 2 GiB")?;
            out[at..at + 4].copy_from_slice(&length.to_be_bytes());
        }
    }
    Ok(())
}
