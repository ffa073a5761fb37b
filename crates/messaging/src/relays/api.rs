//! Relays over HTTP. Credentials go in and never come out.

use super::model::{CONNECTIONS, Configured, Draft, MESSAGES_PER_CONNECTION, TestReport};
use super::shapes::{RelayIn, RelayOut, RelayPatch};
use super::{
    RelayRow, check_name, ensure_relay, get_relay, get_row, insert, list_rows, seal_login, sql, test_relay,
};
use crate::channels::email::smtp::{Login, RelayUrl};
use kernel::ids::RelayId;
use kernel::{OrFault, Problem};
use serde_json::json;
use store::{Scoped, StoreKeys, Tx, params};
use tenancy::audit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::{EditSettings, ReadSettings};
use web::{AppState, Change, Created, IfMatch, Json, NoContent, Page, Path, Tagged, Tenant, Valid};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_relays, create_relay))
        .routes(routes!(get_relay_route, update_relay, delete_relay))
        .routes(routes!(test_relay_route))
}

/// Address without credentials, and the log-in from wherever it was given.
fn take_apart(address: &str, given: Option<Login>) -> kernel::Result<(String, Option<Login>)> {
    let url: RelayUrl = address.parse().or_fault("read a checked relay address")?;
    match url {
        RelayUrl::Sandbox if given.is_some() => {
            Err(Problem::field("/user", "sandbox", "The sandbox needs no user and password.").into())
        }
        RelayUrl::Sandbox => Ok(("sandbox".into(), None)),
        RelayUrl::Smtp(mut smtp) => {
            let login = given.or(smtp.login.take());
            Ok((smtp.to_string(), login))
        }
    }
}

fn login_of(user: Option<String>, password: Option<String>) -> Option<Login> {
    user.zip(password).map(|(user, password)| Login { user, password })
}

async fn show(db: &Scoped, id: RelayId) -> kernel::Result<(i64, RelayOut)> {
    let row = db.read(move |tx| get_row(tx, id)).await?;
    Ok((row.version, RelayOut::of(row)))
}

/// The relays of the store in its order.
///
/// A store begins with the sandbox. There are at most 20; the list has one page.
#[utoipa::path(get, path = "/api/v1/relays", operation_id = "list_relays",
    security(("key" = ["settings:read"])), responses((status = 200, body = Page<RelayOut>)))]
async fn list_relays(db: Tenant<ReadSettings>) -> web::Result<Json<Page<RelayOut>>> {
    let mut rows = db.read(list_rows).await?;
    if rows.is_empty() {
        rows = db
            .write(|tx| {
                ensure_relay(tx)?;
                list_rows(tx)
            })
            .await?;
    }
    Ok(Json(Page { items: rows.into_iter().map(RelayOut::of).collect(), next: None }))
}

/// Add a relay.
///
/// Credentials are sealed and never shown again. Test the relay before preferring it.
#[utoipa::path(post, path = "/api/v1/relays", operation_id = "create_relay", request_body = RelayIn,
    security(("key" = ["settings:edit"])), responses((status = 201, body = RelayOut)))]
async fn create_relay(
    db: Tenant<EditSettings>,
    Valid(body): Valid<RelayIn>,
) -> web::Result<Created<RelayOut>> {
    let (address, login) = take_apart(&body.address, login_of(body.user, body.password))?;
    let keys = db.keys().await?;
    let login = login.map(|login| seal_login(&keys, &login)).transpose()?;
    let draft = Draft {
        name: body.name.trim().to_owned(),
        address,
        authority: body.authority,
        helo: body.helo,
        connections_max: body.connections_max.unwrap_or(CONNECTIONS),
        messages_per_connection_max: body.messages_per_connection_max.unwrap_or(MESSAGES_PER_CONNECTION),
        limits: body.limits,
        place: body.place,
    };
    let (actor, preferred) = (db.actor(), body.preferred);
    let id = db
        .write(move |tx| {
            ensure_relay(tx)?;
            let id = insert(tx, &draft, login, preferred)?;
            audit::record(
                tx,
                actor,
                "relay.created",
                id,
                &json!({ "address": draft.address, "preferred": preferred }),
            )?;
            Ok(id)
        })
        .await?;
    Ok(Created(show(&db, id).await?.1))
}

/// One relay.
#[utoipa::path(get, path = "/api/v1/relays/{id}", operation_id = "get_relay", params(("id" = RelayId, Path)),
    security(("key" = ["settings:read"])), responses((status = 200, body = RelayOut)))]
async fn get_relay_route(db: Tenant<ReadSettings>, Path(id): Path<RelayId>) -> web::Result<Tagged<RelayOut>> {
    let (version, out) = show(&db, id).await?;
    Ok(Tagged(version, out))
}

/// Change a relay.
#[utoipa::path(patch, path = "/api/v1/relays/{id}", operation_id = "update_relay",
    params(("id" = RelayId, Path), ("If-Match" = Option<String>, Header, description = "version as in ETag")),
    request_body = RelayPatch, security(("key" = ["settings:edit"])), responses((status = 200, body = RelayOut)))]
async fn update_relay(
    db: Tenant<EditSettings>,
    Path(id): Path<RelayId>,
    if_match: IfMatch,
    Valid(patch): Valid<RelayPatch>,
) -> web::Result<Tagged<RelayOut>> {
    let keys = db.keys().await?;
    let actor = db.actor();
    db.write(move |tx| {
        let row = get_row(tx, id)?;
        if_match.check(row.version)?;
        let prefer = patch.preferred == Some(true);
        let changed = apply(row, patch, &keys)?;
        check_name(&list_rows(tx)?, Some(id), &changed.name)?;
        update(tx, &changed)?;
        if prefer {
            tx.execute(&sql::PREFER_RELAY, params![id])?;
        }
        audit::record(
            tx,
            actor,
            "relay.changed",
            id,
            &json!({ "address": changed.address, "preferred": prefer }),
        )
    })
    .await?;
    let (version, out) = show(&db, id).await?;
    Ok(Tagged(version, out))
}

fn apply(mut row: RelayRow, patch: RelayPatch, keys: &StoreKeys) -> kernel::Result<RelayRow> {
    let given = match (&patch.user, patch.password) {
        (Change::Set(user), Some(password)) => Some(Login { user: user.clone(), password }),
        _ => None,
    };
    if patch.user == Change::Clear {
        row.login = None;
    }
    if patch.address.is_some() || given.is_some() {
        let (address, login) = take_apart(patch.address.as_deref().unwrap_or(&row.address), given)?;
        // Stored credentials must not be sent to another server because somebody changed a host.
        if login.is_some() || !same_server(&row.address, &address) {
            row.login = login.map(|login| seal_login(keys, &login)).transpose()?;
        }
        row.address = address;
    }
    row.name = patch.name.map_or(row.name, |name| name.trim().to_owned());
    patch.authority.apply(&mut row.authority);
    patch.helo.apply(&mut row.helo);
    row.connections_max = patch.connections_max.unwrap_or(row.connections_max);
    row.messages_per_connection_max =
        patch.messages_per_connection_max.unwrap_or(row.messages_per_connection_max);
    row.limits = patch.limits.unwrap_or(row.limits);
    row.place = patch.place.unwrap_or(row.place);
    Ok(row)
}

/// True if credentials stay with the same host and port and no protection is taken away.
fn same_server(old: &str, new: &str) -> bool {
    let smtp = |text: &str| text.parse::<RelayUrl>().ok().and_then(|url| url.smtp().cloned());
    match (smtp(old), smtp(new)) {
        (Some(old), Some(new)) => {
            old.host == new.host
                && old.port == new.port
                && old.security == new.security
                && old.verify == new.verify
        }
        _ => false,
    }
}

fn update(tx: &mut Tx<'_>, row: &RelayRow) -> kernel::Result<()> {
    tx.execute(
        &sql::UPDATE_RELAY,
        params![
            row.id,
            &row.name,
            &row.address,
            row.login.clone(),
            row.authority.clone(),
            row.helo.clone(),
            row.connections_max,
            row.messages_per_connection_max,
            serde_json::to_string(&row.limits).or_fault("write limits")?,
            row.place
        ],
    )?;
    Ok(())
}

/// Remove a relay and destroy its credentials.
///
/// The preferred relay can't be removed: prefer another one first.
#[utoipa::path(delete, path = "/api/v1/relays/{id}", operation_id = "delete_relay", params(("id" = RelayId, Path)),
    security(("key" = ["settings:edit"])), responses((status = 204)))]
async fn delete_relay(db: Tenant<EditSettings>, Path(id): Path<RelayId>) -> web::Result<NoContent> {
    let actor = db.actor();
    db.write(move |tx| {
        if get_row(tx, id)?.preferred {
            return Err(Problem::conflict("This relay is the preferred one; prefer another first.").into());
        }
        tx.execute(&sql::DELETE_RELAY, params![id])?;
        audit::record(tx, actor, "relay.removed", id, &json!({}))
    })
    .await?;
    Ok(NoContent)
}

/// Test a relay: connect, encrypt, log in, leave. Nothing is sent.
///
/// Takes up to 20 seconds. The answer is 200 also when the test failed; `passed` says so.
#[utoipa::path(post, path = "/api/v1/relays/{id}/test", operation_id = "test_relay", params(("id" = RelayId, Path)),
    security(("key" = ["settings:edit"])), responses((status = 200, body = TestReport)))]
async fn test_relay_route(
    db: Tenant<EditSettings>,
    Path(id): Path<RelayId>,
) -> web::Result<Json<TestReport>> {
    let keys = db.keys().await?;
    let (version, relay): (i64, Configured) =
        db.read(move |tx| Ok((get_row(tx, id)?.version, get_relay(tx, &keys, id)?))).await?;
    let report = test_relay(&relay).await;
    let (passed, detail) = (report.passed, report.detail.clone());
    db.write(move |tx| {
        let now = tx.now();
        tx.execute(&sql::SET_TEST, params![id, now, passed, detail, version])
    })
    .await?;
    Ok(Json(report))
}
