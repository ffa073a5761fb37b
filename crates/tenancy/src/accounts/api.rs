//! One's own account over HTTP.

use super::Passwords;
use super::model::{check_password, context_of};
use crate::access::throttle;
use axum::extract::State;
use kernel::ids::{AccountId, UserId};
use kernel::{Code, EmailAddress, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Actor, AppState, Errors, Json, Newcomer, NoContent, Person};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_me)).routes(routes!(change_password))
}

/// The person who is logged in.
#[derive(serde::Serialize, utoipa::ToSchema)]
struct MeOut {
    id: UserId,
    account: AccountId,
    email: String,
    /// False until the privacy policy was accepted; until then nothing else is open.
    policy_accepted: bool,
}

/// Who am I?
#[utoipa::path(get, path = "/api/v1/me", operation_id = "get_me", security(("session" = [])),
    responses((status = 200, body = MeOut)))]
async fn get_me(Newcomer(person): Newcomer, State(state): State<AppState>) -> web::Result<Json<MeOut>> {
    let user = super::get_user(state.db(), user_of(&person)?).await?;
    let email = super::email_of(state.vault(), &user)?;
    let policy_accepted = person.principal().policy_accepted;
    Ok(Json(MeOut { id: user.id, account: user.account, email, policy_accepted }))
}

/// The person's id. Keys never get this far.
pub(crate) fn user_of(person: &Person) -> kernel::Result<UserId> {
    match person.principal().actor {
        Actor::User(id) => Ok(id),
        _ => Err(Problem::new(Code::Forbidden, "This address belongs to a person. Log in.").into()),
    }
}

/// A change of password.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordIn {
    /// The present password.
    #[schema(format = Password)]
    current: String,
    /// The new one: 12 to 128 characters.
    #[schema(format = Password, min_length = 12, max_length = 128)]
    new: String,
}

/// Change one's password. All other log-ins end.
#[utoipa::path(post, path = "/api/v1/me/password", operation_id = "change_password", request_body = PasswordIn,
    security(("session" = [])), responses((status = 204, description = "Changed.")))]
async fn change_password(
    person: Person,
    State(state): State<AppState>,
    Json(body): Json<PasswordIn>,
) -> web::Result<NoContent> {
    let db = state.db();
    let user = super::get_user(db, user_of(&person)?).await?;
    let email = EmailAddress::parse(&super::email_of(state.vault(), &user)?).map_err(kernel::Fault::new)?;
    let mut errors = Errors::new();
    check_password(&mut errors, "/new", &body.new, &context_of(&email, ""));
    errors.finish()?;
    let passwords = state.service::<Passwords>();
    let attempt = throttle::begin(db, state.vault(), &email, person.ip()).await?;
    if !passwords.verify(&body.current, Some(user.password_hash.clone())).await? {
        return Err(
            Problem::field("/current", "wrong_password", "The present password is another one.").into()
        );
    }
    throttle::succeed(db, attempt).await?;
    let hash = passwords.hash(&body.new).await?;
    super::change_password(db, &user, person.principal().session, hash).await?;
    Ok(NoContent)
}
