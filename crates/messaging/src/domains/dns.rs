//! The questions this feature asks of DNS, behind a trait that tests and offline machines replace.

use futures_util::future::BoxFuture;
use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::{RData, RecordType};
use std::net::IpAddr;
use std::sync::Arc;

/// DNS could not be asked, or did not answer; says nothing about the record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unreachable;

/// An answer; empty if the name or the record does not exist.
pub type Answer<T> = Result<Vec<T>, Unreachable>;

/// Asks DNS.
pub trait DnsResolver: Send + Sync + 'static {
    /// TXT records, each with its strings joined.
    fn txt<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Answer<String>>;
    /// MX records: preference and host, without a dot at the end.
    fn mx<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Answer<(u16, String)>>;
    /// The CNAME record, without a dot at the end.
    fn cname<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Answer<String>>;
    /// Addresses, aliases followed.
    fn addresses<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Answer<IpAddr>>;
}

/// The resolver in the state; [`web::AppState::service`] gives it to handlers.
#[derive(Clone)]
pub struct Dns(pub Arc<dyn DnsResolver>);

impl Dns {
    /// The machine's own resolver. One that can't be set up answers [`Unreachable`] to everything.
    pub fn system() -> Self {
        match TokioResolver::builder_tokio().and_then(|builder| builder.build()) {
            Ok(resolver) => Dns(Arc::new(resolver)),
            Err(_) => Dns(Arc::new(Offline)),
        }
    }
}

/// Answers nothing; for machines without DNS.
pub struct Offline;

impl DnsResolver for Offline {
    fn txt<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Answer<String>> {
        Box::pin(async { Err(Unreachable) })
    }
    fn mx<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Answer<(u16, String)>> {
        Box::pin(async { Err(Unreachable) })
    }
    fn cname<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Answer<String>> {
        Box::pin(async { Err(Unreachable) })
    }
    fn addresses<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Answer<IpAddr>> {
        Box::pin(async { Err(Unreachable) })
    }
}

/// Asks for one type and reads each record; absence is an empty answer.
async fn ask<T>(
    resolver: &TokioResolver,
    name: &str,
    kind: RecordType,
    read: impl Fn(&RData) -> Option<T>,
) -> Answer<T> {
    // The dot at the end keeps the search list of the machine out of it.
    match resolver.lookup(format!("{}.", name.trim_end_matches('.')), kind).await {
        Ok(found) => Ok(found.answers().iter().filter_map(|record| read(&record.data)).collect()),
        Err(e) if e.is_no_records_found() || e.is_nx_domain() => Ok(Vec::new()),
        Err(_) => Err(Unreachable),
    }
}

fn host(name: &impl ToString) -> String {
    name.to_string().trim_end_matches('.').to_ascii_lowercase()
}

impl DnsResolver for TokioResolver {
    fn txt<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Answer<String>> {
        Box::pin(ask(self, name, RecordType::TXT, |data| match data {
            RData::TXT(txt) => {
                Some(txt.txt_data.iter().map(|part| String::from_utf8_lossy(part)).collect::<String>())
            }
            _ => None,
        }))
    }
    fn mx<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Answer<(u16, String)>> {
        Box::pin(ask(self, name, RecordType::MX, |data| match data {
            RData::MX(mx) => Some((mx.preference, host(&mx.exchange))),
            _ => None,
        }))
    }
    fn cname<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Answer<String>> {
        Box::pin(ask(self, name, RecordType::CNAME, |data| match data {
            RData::CNAME(alias) => Some(host(&alias.0)),
            _ => None,
        }))
    }
    fn addresses<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Answer<IpAddr>> {
        Box::pin(async move {
            let mut all = ask(self, name, RecordType::A, |data| match data {
                RData::A(a) => Some(IpAddr::V4(a.0)),
                _ => None,
            })
            .await?;
            let six = ask(self, name, RecordType::AAAA, |data| match data {
                RData::AAAA(a) => Some(IpAddr::V6(a.0)),
                _ => None,
            });
            all.extend(six.await?);
            Ok(all)
        })
    }
}
