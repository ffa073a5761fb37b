//! The envelope of a message: MAIL, RCPT and DATA written and their replies understood, together if the
//! server pipelines, one by one if not.

use super::outcome::{Cause, Stage};
use super::pump::{Broken, MessageSource, Prepared, Pump};
use super::reply::Reply;

/// How the envelope fared.
pub(super) enum Envelope {
    /// 354: the body may follow.
    Ready,
    /// No; the session goes on.
    Refused(Stage, Reply<'static>),
    /// No, and the server is closing.
    Closing(Stage, Reply<'static>),
}

/// True if an address or header goes beyond ASCII.
pub(super) fn needs_smtputf8(message: &Prepared) -> bool {
    message.needs_smtputf8 || !message.rcpt_to.is_ascii() || !message.mail_from.is_ascii()
}

impl<S: MessageSource> Pump<'_, S> {
    /// Appends the commands of an envelope to what is sent next.
    pub(super) fn push_envelope(&mut self, message: &Prepared) {
        self.carried += 1;
        let can = self.connection.capabilities;
        let out = &mut self.connection.wire.out;
        if self.transaction_open {
            out.extend_from_slice(b"RSET\r\n");
        }
        out.extend_from_slice(b"MAIL FROM:<");
        out.extend_from_slice(message.mail_from.as_bytes());
        out.push(b'>');
        if can.size {
            push_size(out, message.body.len());
        }
        if can.eight_bit_mime && !message.body.is_ascii() {
            out.extend_from_slice(b" BODY=8BITMIME");
        }
        if can.smtputf8 && needs_smtputf8(message) {
            out.extend_from_slice(b" SMTPUTF8");
        }
        out.extend_from_slice(b"\r\nRCPT TO:<");
        out.extend_from_slice(message.rcpt_to.as_bytes());
        out.extend_from_slice(b">\r\nDATA\r\n");
    }

    /// MAIL, RCPT and DATA were written together: reads their replies.
    pub(super) async fn envelope_pipelined(&mut self) -> Result<Envelope, Broken> {
        if self.transaction_open
            && let Some(reply) = self.hear(Stage::Rset).await?
            && reply.is_closing()
        {
            return Ok(Envelope::Closing(Stage::Rset, reply));
        }
        let mut refusal = None;
        let mut recipient_accepted = false;
        for stage in [Stage::Mail, Stage::Rcpt] {
            match self.hear(stage).await? {
                Some(reply) if reply.is_closing() => return Ok(Envelope::Closing(stage, reply)),
                Some(reply) => refusal = refusal.or(Some((stage, reply))),
                None => recipient_accepted = stage == Stage::Rcpt,
            }
        }
        match (self.hear(Stage::Data).await?, refusal) {
            (None, None) => Ok(Envelope::Ready),
            (Some(reply), None) if reply.is_closing() => Ok(Envelope::Closing(Stage::Data, reply)),
            (Some(reply), None) => Ok(Envelope::Refused(Stage::Data, reply)),
            (Some(_), Some((stage, reply))) => Ok(Envelope::Refused(stage, reply)),
            (None, Some(_)) if recipient_accepted => {
                Err(Broken { stage: Stage::Data, cause: Cause::Garbage("354 after a refused sender") })
            }
            // 354 without a recipient: RFC 2920 3.1 asks for an empty message, which goes to nobody.
            (None, Some((stage, reply))) => self.end_empty_data(stage, reply).await,
        }
    }

    async fn end_empty_data(&mut self, stage: Stage, reply: Reply<'static>) -> Result<Envelope, Broken> {
        self.write(Stage::Data, b".\r\n").await?;
        self.hear(Stage::Dot).await?;
        Ok(Envelope::Refused(stage, reply))
    }

    /// Without PIPELINING: a command, its reply, the next command.
    pub(super) async fn envelope_stepwise(&mut self) -> Result<Envelope, Broken> {
        let script = std::mem::take(&mut self.connection.wire.out);
        for line in script.split_inclusive(|b| *b == b'\n') {
            let stage = match line.first() {
                Some(b'M') => Stage::Mail,
                Some(b'D') => Stage::Data,
                _ if line.starts_with(b"RSET") => Stage::Rset,
                _ => Stage::Rcpt,
            };
            self.write(stage, line).await?;
            match self.hear(stage).await? {
                Some(reply) if reply.is_closing() => return Ok(Envelope::Closing(stage, reply)),
                Some(reply) if stage != Stage::Rset => return Ok(Envelope::Refused(stage, reply)),
                _ => {}
            }
        }
        Ok(Envelope::Ready)
    }

    async fn write(&mut self, stage: Stage, bytes: &[u8]) -> Result<(), Broken> {
        self.connection.wire.out.extend_from_slice(bytes);
        let limit = self.connection.timeouts.block;
        self.connection.wire.send(limit).await.map_err(|failed| Broken { stage, cause: failed.cause })
    }

    /// One reply: `None` if it is the good one for this stage, the reply itself if it is a refusal.
    async fn hear(&mut self, stage: Stage) -> Result<Option<Reply<'static>>, Broken> {
        let t = &self.connection.timeouts;
        let (limit, good) = match stage {
            Stage::Rcpt => (t.rcpt, 2),
            Stage::Data => (t.data, 3),
            Stage::Dot => (t.dot, 2),
            _ => (t.mail, 2),
        };
        let wire = &mut self.connection.wire;
        let length = wire.await_reply(limit).await.map_err(|cause| Broken { stage, cause })?;
        let reply = wire.take(length);
        match reply.code / 100 {
            class if class == good => Ok(None),
            4 | 5 => Ok(Some(reply.into_owned())),
            _ => Err(Broken { stage, cause: Cause::Garbage("a reply code that does not fit") }),
        }
    }
}

/// ` SIZE=n` without the formatting machinery.
fn push_size(out: &mut Vec<u8>, size: usize) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = size;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(b" SIZE=");
    out.extend_from_slice(&digits[at..]);
}
