//! Uploads: the form, the file, and what may be kept of time and place.

use super::{check_words, keep, shown};
use crate::media::formats::Taken;
use crate::media::model::{ATTESTATION, ATTESTATION_VERSION, Place, PlaceSource, Words, plain_name};
use crate::media::take::{Incoming, Workshop};
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request, State};
use kernel::{Code, Problem, Result, Timestamp};
use tenancy::permissions::{self, Permission};
use tenancy::stores;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::EditTemplates;
use web::{AppState, Created, Errors, Tenant};

use super::MediaOut;

/// Longest field of an upload's form but the file, in bytes.
const FIELD_MAX: usize = 4_096;

pub(in crate::media) fn streams() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(upload_media))
}

/// The form of an upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the form is read field by field; this is its documentation")]
struct MediaUpload {
    /// Version of the statement that the uploader gives (`attestation.version` of the usage).
    #[schema(example = "1")]
    attestation: String,
    /// The file: JPEG, PNG, GIF, WebP (25 MiB), MP4, WebM (100 MiB), MP3, Ogg, WAV (50 MiB), or text (1 MiB).
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// A name in place of the file's.
    #[schema(max_length = 200)]
    name: Option<String>,
    /// What it shows, for those who do not see it.
    #[schema(max_length = 1000)]
    alt: Option<String>,
    /// `true`: the place may be kept, the file's own or the one given here. Otherwise it never is.
    keep_place: Option<bool>,
    /// When it was made, if the file does not say.
    captured_at: Option<Timestamp>,
    /// Where it was made, as the JSON of a place; otherwise what the file says.
    place: Option<Place>,
    /// Where the consent of the persons in it is kept.
    #[schema(max_length = 500)]
    consent_reference: Option<String>,
}

/// What the form says besides the file.
#[derive(Default)]
struct Form {
    attestation: String,
    name: Option<String>,
    alt: String,
    keep_place: bool,
    captured_at: Option<Timestamp>,
    place: Option<Place>,
    consent_reference: Option<String>,
}

impl Form {
    fn set(&mut self, name: &str, value: String) -> Result<()> {
        let wrong = |detail: &str| Problem::field(format!("/{name}"), "not_valid", detail).into();
        match name {
            "attestation" => self.attestation = value,
            "name" => self.name = Some(value),
            "alt" => self.alt = value,
            "keep_place" => {
                self.keep_place = match value.as_str() {
                    "true" => true,
                    "false" | "" => false,
                    _ => return Err(wrong("true or false.")),
                }
            }
            "captured_at" if value.is_empty() => {}
            "captured_at" => {
                let at =
                    Timestamp::parse(&value).ok_or_else(|| wrong("A time like 2026-11-25T09:00:00Z."))?;
                self.captured_at = Some(at);
            }
            "place" if value.is_empty() => {}
            "place" => {
                let detail = "A place like {\"latitude\":1.29,\"longitude\":103.85,\"source\":\"manual\"}.";
                self.place = Some(serde_json::from_str(&value).map_err(|_| wrong(detail))?);
            }
            "consent_reference" => self.consent_reference = Some(value).filter(|v| !v.trim().is_empty()),
            _ => return Err(wrong("The form has no such field.")),
        }
        Ok(())
    }

    fn check(&self) -> Result<()> {
        let mut errors = Errors::new();
        check_words(&mut errors, self.name.as_deref(), Some(&self.alt), self.consent_reference.as_deref());
        if self.place.is_some_and(|place| !place.exists()) {
            errors.add("/place", "not_a_place", "Degrees from -90 to 90 and from -180 to 180.");
        }
        errors.finish()
    }
}

/// Upload a file.
///
/// A form with the file and the uploader's statement. The file is recognised by its content, never by its
/// name; kept is a copy that holds nothing but picture, sound or text. A place is kept only with `keep_place`
/// and, if a person uploads, with their permission for locations; otherwise it is not even looked at again.
#[utoipa::path(post, path = "/api/v1/media", operation_id = "upload_media",
    request_body(content = MediaUpload, content_type = "multipart/form-data"),
    security(("key" = ["templates:edit"])), responses((status = 201, body = MediaOut)),
    extensions(("x-policy" = json!(["P-031", "P-032", "P-034", "P-035", "P-036"]))))]
async fn upload_media(
    db: Tenant<EditTemplates>,
    State(state): State<AppState>,
    request: Request,
) -> web::Result<Created<MediaOut>> {
    let workshop = state.service::<Workshop>();
    let (form, file) = receive(&db, &state, request).await?;
    form.check()?;
    if form.attestation != ATTESTATION_VERSION {
        let detail = format!("State with attestation={ATTESTATION_VERSION}: “{ATTESTATION}”");
        return Err(Problem::field("/attestation", "required", detail).into());
    }
    let (incoming, file_name) = file.ok_or_else(|| Problem::field("/file", "required", "The file."))?;
    let cleaned = incoming.clean(&workshop).await?;
    let (place, omitted) = place(&db, &form, &cleaned.taken).await?;
    let words = Words {
        name: form.name.map_or_else(|| plain_name(&file_name), |name| name.trim().to_owned()),
        alt: form.alt.trim().to_owned(),
        place,
        consent_reference: form.consent_reference.map(|r| r.trim().to_owned()),
    };
    let captured_at = match form.captured_at {
        Some(at) => Some(at),
        None => captured(&db, &cleaned.taken).await?,
    };
    let item = keep(&db, &state, cleaned, (words, captured_at), "media.uploaded").await?;
    Ok(Created(shown(&db, &state, item, omitted).await?))
}

/// Reads the form; the file lies in the data folder meanwhile.
async fn receive(
    db: &Tenant<EditTemplates>,
    state: &AppState,
    request: Request,
) -> Result<(Form, Option<(Incoming, String)>)> {
    let no_form = || {
        let detail = "Send a form (multipart/form-data) with the parts attestation and file.";
        Problem::new(Code::UnsupportedMediaType, detail)
    };
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| no_form())?;
    let (mut form, mut file) = (Form::default(), None);
    while let Some(field) = parts.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name != "file" {
            form.set(&name, text_of(field, &name).await?)?;
            continue;
        }
        if file.is_some() {
            return Err(Problem::field("/file", "too_many", "One file at a time.").into());
        }
        file = Some(receive_file(db, state, field).await?);
    }
    Ok((form, file))
}

async fn receive_file(
    db: &Tenant<EditTemplates>,
    state: &AppState,
    mut field: Field<'_>,
) -> Result<(Incoming, String)> {
    let file_name = field.file_name().unwrap_or_default().to_owned();
    let mut incoming = Incoming::create(state.data_dir(), &db.store_data()).await?;
    while let Some(piece) = field.chunk().await.map_err(broken)? {
        incoming.take(&piece).await?;
    }
    Ok((incoming, file_name))
}

fn broken(_: axum::extract::multipart::MultipartError) -> Problem {
    Problem::new(Code::BadRequest, "The form broke off before its end, or its parts cannot be told apart.")
}

async fn text_of(mut field: Field<'_>, name: &str) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(broken)? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > FIELD_MAX {
            let detail = format!("This field has at most {FIELD_MAX} bytes.");
            return Err(Problem::field(format!("/{name}"), "too_long", detail).into());
        }
    }
    String::from_utf8(bytes)
        .map_err(|_| Problem::field(format!("/{name}"), "encoding", "Text in UTF-8.").into())
}

/// The place that is kept, and why one is left out (P-032, P-035). Typing a place in is always possible, so
/// that whoever keeps the device's to herself loses nothing (P-034).
async fn place(
    db: &Tenant<EditTemplates>,
    form: &Form,
    taken: &Taken,
) -> Result<(Option<Place>, Vec<&'static str>)> {
    let of_file = taken.place.map(|(latitude, longitude, accuracy)| Place {
        latitude,
        longitude,
        accuracy,
        source: PlaceSource::File,
    });
    let Some(place) = form.place.or(of_file) else { return Ok((None, Vec::new())) };
    if !form.keep_place {
        return Ok((None, vec!["place_not_allowed"]));
    }
    let typed = place.source == PlaceSource::Manual;
    if !typed && !permissions::allows(db.db(), db.actor(), Permission::Location).await? {
        return Ok((None, vec!["location_permission_off"]));
    }
    Ok((Some(place), Vec::new()))
}

/// When the file says it was made: by its own offset, else by the store's clock. Not in the future.
async fn captured(db: &Tenant<EditTemplates>, taken: &Taken) -> Result<Option<Timestamp>> {
    let Some((wall, offset)) = taken.at else { return Ok(None) };
    let zone = match offset.and_then(|seconds| jiff::tz::Offset::from_seconds(seconds).ok()) {
        Some(offset) => jiff::tz::TimeZone::fixed(offset),
        None => {
            let name = stores::get(db).await?.settings.time_zone;
            jiff::tz::TimeZone::get(&name).unwrap_or(jiff::tz::TimeZone::UTC)
        }
    };
    let at = zone.to_timestamp(wall).ok().map(Timestamp::from_jiff);
    Ok(at.filter(|at| *at <= db.db().now()))
}
