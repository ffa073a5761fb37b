//! The OpenAPI document: what features declare, completed with what is true of every operation.
//!
//! Features write path, parameters, body and their own answers. Added here: the ways to log in
//! (an operation with `security(())` is public), and the problems that can happen, so that no answer
//! is undocumented. An answer without a body and with a status from 400 is given the problem's body.

use crate::failure::ProblemBody;
use crate::state::{AppState, HttpConfig, SECURE_COOKIE};
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, Ref, RefOr, Required,
    ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;

/// The document before any feature.
pub(crate) fn base() -> OpenApi {
    let mut schemas = Vec::new();
    ProblemBody::schemas(&mut schemas);
    schemas.push(("Problem".into(), ProblemBody::schema()));
    let key = SecurityScheme::Http(
        HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An API key, `sp_live_…`."))
            .build(),
    );
    let what =
        "A key with the right events:write, as user name without a password; or as bearer, or in the body.";
    let write_key = SecurityScheme::Http(
        HttpBuilder::new().scheme(HttpAuthScheme::Basic).description(Some(what)).build(),
    );
    let components = ComponentsBuilder::new()
        .schemas_from_iter(schemas)
        .security_scheme("key", key)
        .security_scheme("write_key", write_key)
        .security_scheme("session", session_scheme(SECURE_COOKIE))
        .build();
    let info = InfoBuilder::new()
        .title("SmartPush")
        .version("1")
        .description(Some(
            "Contacts, segments, templates and campaigns of a store. A key belongs to one store; a person who is \
             logged in names the store in the header `X-Store`. Errors are RFC 9457 problems with a stable `code`.",
        ))
        .build();
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

fn session_scheme(cookie: &str) -> SecurityScheme {
    let what = "A log-in (POST /api/v1/session). Changes carry the header X-SP-CSRF.";
    SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(cookie, what)))
}

/// The document as one installation serves it: with the cookie name it really uses.
pub(crate) fn served(document: &OpenApi, http: &HttpConfig) -> OpenApi {
    let mut served = document.clone();
    if let Some(components) = &mut served.components {
        components.add_security_scheme("session", session_scheme(http.session_cookie()));
    }
    served
}

/// Calls `each` with path, method and operation, in the order of the document.
pub fn each_operation(document: &mut OpenApi, mut each: impl FnMut(&str, &'static str, &mut Operation)) {
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            each(path, method, operation);
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("get", &mut item.get),
        ("put", &mut item.put),
        ("post", &mut item.post),
        ("delete", &mut item.delete),
        ("patch", &mut item.patch),
    ]
    .into_iter()
    .filter_map(|(method, operation)| operation.as_mut().map(|o| (method, o)))
}

/// Adds what is true of every operation.
pub(crate) fn complete(document: &mut OpenApi) {
    each_operation(document, |path, method, operation| {
        let public = is_public(path, operation);
        if !public {
            secure(operation);
            add_common_parameters(method, operation);
        }
        for status in possible(path, method, operation, public) {
            let answers = &mut operation.responses.responses;
            if !answers.contains_key(status) {
                answers.insert((*status).to_owned(), problem(describe(status)));
            }
        }
        for (status, response) in &mut operation.responses.responses {
            if let RefOr::T(response) = response
                && status.as_str() >= "400"
                && response.content.is_empty()
            {
                let RefOr::T(filled) = problem(&response.description) else {
                    continue;
                };
                response.content = filled.content;
            }
        }
        // The mark was for us. With two extensions an operation would be written in no fixed order.
        if let Some(extensions) = &mut operation.extensions {
            extensions.remove(STREAMING);
        }
    });
}

/// Public: outside `/api/`, or declared with `security(())`.
pub fn is_public(path: &str, operation: &Operation) -> bool {
    let declared = operation
        .security
        .as_ref()
        .is_some_and(|all| all.iter().any(|s| *s == SecurityRequirement::default()));
    declared || !path.starts_with("/api/")
}

fn secure(operation: &mut Operation) {
    let declared = operation.security.take().unwrap_or_default();
    let scopes: Vec<String> = declared
        .iter()
        .filter_map(|s| serde_json::to_value(s).ok()?.get("key")?.as_array().cloned())
        .flatten()
        .filter_map(|v| v.as_str().map(str::to_owned))
        .collect();
    let only_session = !declared.is_empty()
        && declared.iter().all(|s| serde_json::to_value(s).is_ok_and(|v| v.get("key").is_none()));
    let session = SecurityRequirement::new("session", Vec::<String>::new());
    operation.security = Some(match only_session {
        true => vec![session],
        false => vec![SecurityRequirement::new("key", scopes), session],
    });
}

fn add_common_parameters(method: &str, operation: &mut Operation) {
    let key_works = operation.security.as_ref().is_some_and(|all| all.len() > 1);
    if method != "post" || !key_works || is_streaming(operation) {
        return;
    }
    let header = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "Repeating a request with the same key within 24 hours answers the same and does nothing twice.",
        ))
        .schema(Some(
            ObjectBuilder::new().schema_type(SchemaType::new(Type::String)).max_length(Some(128)).build(),
        ))
        .build();
    operation.parameters.get_or_insert_default().push(RefOr::T(header));
}

/// Marks an operation that streams large bodies, until the document is complete.
const STREAMING: &str = "x-streaming";

/// Marks operations that stream large bodies: they cannot be repeated from memory, so they take no
/// Idempotency-Key.
pub(crate) fn streaming(mut routes: OpenApiRouter<AppState>) -> OpenApiRouter<AppState> {
    each_operation(routes.get_openapi_mut(), |_, _, operation| {
        operation.extensions.get_or_insert_default().insert(STREAMING.to_owned(), true.into());
    });
    routes
}

fn is_streaming(operation: &Operation) -> bool {
    operation.extensions.as_ref().is_some_and(|all| all.contains_key(STREAMING))
}

fn possible(path: &str, method: &str, operation: &Operation, public: bool) -> Vec<&'static str> {
    let mut all = vec!["400", "429", "500", "503"];
    if !public {
        all.extend(["401", "403", "404"]);
    }
    if path.contains('{') {
        all.push("404");
    }
    if operation.parameters.as_ref().is_some_and(|p| !p.is_empty()) || operation.request_body.is_some() {
        all.push("422");
    }
    if operation.request_body.is_some() {
        all.extend(["413", "415"]);
    }
    if method != "get" {
        all.push("409");
        all.push("422");
    }
    let conditional = operation.parameters.iter().flatten().any(|p| match p {
        RefOr::T(p) => p.name.eq_ignore_ascii_case("if-match"),
        RefOr::Ref(_) => false,
    });
    if conditional {
        all.push("412");
    }
    all
}

fn describe(status: &str) -> &'static str {
    match status {
        "400" => "The request could not be read.",
        "401" => "Nobody is logged in, or the key is unknown.",
        "403" => "The caller lacks the right, or has not accepted the policy yet.",
        "404" => "Absent, or another store's: the two are not told apart.",
        "409" => "The request clashes with the present state.",
        "412" => "Somebody else changed the document meanwhile.",
        "413" => "The body is larger than this address takes.",
        "415" => "The body's format is not read here.",
        "422" => "Readable but not valid; `errors` says where.",
        "423" => "Sending is locked after a restore.",
        "429" => "Too many requests; `Retry-After` says when to go on.",
        "503" => "A part of the program is away; nothing was lost. Try again.",
        _ => "Our fault; the request id names it in the log.",
    }
}

fn problem(description: &str) -> RefOr<utoipa::openapi::Response> {
    let content = ContentBuilder::new().schema(Some(RefOr::Ref(Ref::from_schema_name("Problem")))).build();
    ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", content)
        .build()
        .into()
}

/// The document as it is committed and served: indented, with a line break at its end.
pub fn to_json(document: &OpenApi) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}
