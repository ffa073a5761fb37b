//! A body whose pieces another thread makes. It only passes them on; what the pieces are and how far ahead they
//! are made is the business of whoever sends them.

use axum::body::{Body, Bytes};
use futures_util::stream;
use tokio::sync::mpsc;

/// A body that ends when the last sender is gone. An error among the pieces breaks the answer off, so that a
/// client cannot take a part for the whole.
///
/// It may be asked again after its end, as the compression of answers does.
pub fn body_of(mut pieces: mpsc::Receiver<std::io::Result<Bytes>>) -> Body {
    Body::from_stream(stream::poll_fn(move |task| pieces.poll_recv(task)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    #[tokio::test]
    async fn a_body_asked_again_after_its_end_has_still_ended() {
        let (send, receive) = mpsc::channel(2);
        send.try_send(Ok(Bytes::from_static(b"all"))).unwrap();
        drop(send);
        let mut body = body_of(receive);
        let piece = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(piece, "all");
        assert!(body.frame().await.is_none());
        assert!(body.frame().await.is_none());
    }

    #[tokio::test]
    async fn a_fault_among_the_pieces_breaks_the_body_off() {
        let (send, receive) = mpsc::channel(2);
        send.try_send(Ok(Bytes::from_static(b"a part"))).unwrap();
        send.try_send(Err(std::io::Error::other("gone"))).unwrap();
        drop(send);
        assert!(body_of(receive).collect().await.is_err());
    }
}
