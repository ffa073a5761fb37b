//! The first account over HTTP: whether there is one, and making it.

use super::code::{is_at_the_machine, is_right};
use super::{Founder, found, is_set_up};
use crate::access::{SessionOut, open_session, throttle};
use crate::accounts::Passwords;
use crate::stores::Settings;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use kernel::{Code, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::client_ip::ClientIp;
use web::{AppState, Check, Console, Errors, Json, Valid, csrf};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_installation, set_up_installation))
}

/// What anybody may know of this installation.
#[derive(serde::Serialize, utoipa::ToSchema)]
struct InstallationOut {
    /// False as long as nobody has an account.
    set_up: bool,
    /// True if whoever asks needs the code that the program printed at its start to make the first account.
    setup_code_required: bool,
    /// Address under which the world reaches this program, as configured.
    #[schema(example = "https://push.shop.example")]
    public_url: String,
    /// Of the program.
    #[schema(example = "1.0.0")]
    version: &'static str,
    /// True if the console is part of this program.
    has_console: bool,
    /// Tells this installation from others; the check of the public address compares it.
    fingerprint: String,
}

/// Is there an account yet?
#[utoipa::path(get, path = "/api/v1/installation", operation_id = "get_installation", security(()),
    responses((status = 200, body = InstallationOut)))]
async fn get_installation(
    State(state): State<AppState>,
    axum::Extension(ClientIp(ip)): axum::Extension<ClientIp>,
    headers: HeaderMap,
) -> web::Result<Json<InstallationOut>> {
    let set_up = state.db().system().read(is_set_up).await?;
    Ok(Json(InstallationOut {
        set_up,
        setup_code_required: !set_up && !is_at_the_machine(ip, &headers),
        public_url: state.http().public_url.clone(),
        version: env!("CARGO_PKG_VERSION"),
        has_console: state.try_service::<Console>().is_some_and(|c| c.is_there()),
        fingerprint: super::fingerprint(state.vault()),
    }))
}

/// The first account and its store.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct InstallationIn {
    /// Address of the owner.
    #[schema(format = Email)]
    email: String,
    /// Their password: 12 to 128 characters.
    #[schema(format = Password, min_length = 12, max_length = 128)]
    password: String,
    /// Name of the first store.
    #[schema(min_length = 1, max_length = 80, example = "Flower shop")]
    store_name: String,
    /// IANA name, for example `Europe/Warsaw`.
    #[schema(example = "Europe/Warsaw")]
    time_zone: String,
    /// BCP 47 tag of the language of contacts who have none.
    #[schema(example = "en")]
    language: String,
    /// ISO 4217; USD if absent.
    #[schema(example = "EUR")]
    currency: Option<String>,
    /// Where the merchant can be reached by letter; it may follow later.
    #[schema(max_length = 500)]
    postal_address: Option<String>,
    /// The code that the program printed at its start; not needed on its own machine.
    #[schema(max_length = 64)]
    setup_code: Option<String>,
}

impl InstallationIn {
    fn settings(&self) -> Settings {
        let plain = Settings::default();
        Settings {
            postal_address: self.postal_address.clone(),
            time_zone: self.time_zone.clone(),
            language: self.language.clone(),
            currency: self.currency.clone().unwrap_or(plain.currency),
            ..Settings::default()
        }
    }
}

impl Check for InstallationIn {
    fn check(&self, errors: &mut Errors) {
        self.settings().check(errors, "");
        if self.setup_code.as_ref().is_some_and(|code| code.len() > 64) {
            errors.add("/setup_code", "too_long", "At most 64 characters.");
        }
    }
}

/// Make the first account, its store, and log in. Works once; later accounts are made on the command line.
///
/// The privacy policy is to be accepted next, as after every first log-in.
#[utoipa::path(post, path = "/api/v1/installation", operation_id = "set_up_installation", request_body = InstallationIn,
    security(()), responses((status = 201, body = SessionOut),
        (status = 403, description = "The request came from another site."),
        (status = 409, description = "There is an account already.")))]
async fn set_up_installation(
    State(state): State<AppState>,
    axum::Extension(ClientIp(ip)): axum::Extension<ClientIp>,
    headers: HeaderMap,
    Valid(body): Valid<InstallationIn>,
) -> web::Result<Response> {
    if !csrf::same_origin(&headers, &state.http().public_url) {
        let detail = "The request came from another site and was refused.";
        return Err(Problem::new(Code::Forbidden, detail).into());
    }
    state.db().system().read(super::require_empty).await?;
    if !is_at_the_machine(ip, &headers) {
        check_code(&state, ip, body.setup_code.as_deref()).await?;
    }
    let settings = body.settings();
    let founder = Founder { email: body.email, password: body.password, store: body.store_name, settings };
    let passwords = state.service::<Passwords>();
    let (user, account) = found(state.db(), state.vault(), &passwords, founder).await?;
    open_session(&state, (user, account), (ip, &headers), false).await
}

/// Problem: the code is missing or wrong, or too many were tried.
async fn check_code(state: &AppState, ip: std::net::IpAddr, typed: Option<&str>) -> kernel::Result<()> {
    let where_to_find = "The code that the program printed when it started, like ABCDE-FGHJK.";
    let Some(typed) = typed else {
        return Err(Problem::field("/setup_code", "required", where_to_find).into());
    };
    let attempt = throttle::begin_for(state.db(), state.vault(), "setup code", ip).await?;
    if !is_right(state.vault(), typed) {
        return Err(Problem::field("/setup_code", "wrong", where_to_find).into());
    }
    throttle::succeed(state.db(), attempt).await
}
