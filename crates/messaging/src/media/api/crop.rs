//! Cutting a part out of a picture.

use super::{MediaOut, keep, shown};
use crate::media::formats::picture::{self, SIDE_MAX};
use crate::media::take::Workshop;
use crate::media::{files, sql};
use axum::extract::State;
use kernel::ids::MediaId;
use kernel::{OrFault, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::EditTemplates;
use web::{AppState, Check, Created, Errors, Path, Tenant, Valid};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(crop_media))
}

/// The part to cut out, in pixels of the picture.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CropIn {
    /// Pixels from the left.
    #[schema(minimum = 0)]
    x: u32,
    /// Pixels from the top.
    #[schema(minimum = 0)]
    y: u32,
    #[schema(minimum = 1, maximum = 12000)]
    width: u32,
    #[schema(minimum = 1, maximum = 12000)]
    height: u32,
    /// Width to bring it to; with `resize_height`, or in proportion.
    #[schema(minimum = 1, maximum = 4000)]
    resize_width: Option<u32>,
    /// Height to bring it to; with `resize_width`, or in proportion.
    #[schema(minimum = 1, maximum = 4000)]
    resize_height: Option<u32>,
}

/// Longest side that a part can be brought to, in pixels.
const RESIZE_MAX: i64 = 4_000;

impl Check for CropIn {
    fn check(&self, errors: &mut Errors) {
        errors.number("/width", self.width.into(), 1..=SIDE_MAX.into());
        errors.number("/height", self.height.into(), 1..=SIDE_MAX.into());
        for (name, side) in [("/resize_width", self.resize_width), ("/resize_height", self.resize_height)] {
            if let Some(side) = side {
                errors.number(name, side.into(), 1..=RESIZE_MAX);
            }
        }
    }
}

impl CropIn {
    fn crop(&self) -> picture::Crop {
        let scaled = |side: u32, over: u32, under: u32| {
            let side = u64::from(side) * u64::from(over) / u64::from(under.max(1));
            side.clamp(1, RESIZE_MAX as u64) as u32
        };
        let resize = match (self.resize_width, self.resize_height) {
            (None, None) => None,
            (Some(width), Some(height)) => Some((width, height)),
            (Some(width), None) => Some((width, scaled(self.height, width, self.width))),
            (None, Some(height)) => Some((scaled(self.width, height, self.height), height)),
        };
        picture::Crop { x: self.x, y: self.y, width: self.width, height: self.height, resize }
    }
}

/// Cut a part out of a picture, as a new item with the same words.
#[utoipa::path(post, path = "/api/v1/media/{id}/crop", operation_id = "crop_media", params(("id" = MediaId, Path)),
    request_body = CropIn, security(("key" = ["templates:edit"])), responses((status = 201, body = MediaOut)))]
async fn crop_media(
    db: Tenant<EditTemplates>,
    State(state): State<AppState>,
    Path(id): Path<MediaId>,
    Valid(body): Valid<CropIn>,
) -> web::Result<Created<MediaOut>> {
    let (keys, crop) = (db.keys().await?, body.crop());
    let item = db.read(move |tx| sql::get(tx, &keys, id)).await?;
    let path = files::copy(state.data_dir(), db.store(), &item.hash, &item.extension);
    let content_type = item.content_type.clone();
    let cleaned = state
        .service::<Workshop>()
        .work(move || {
            let bytes = std::fs::read(path).or_fault("read a file of media")?;
            picture::crop(&bytes, &content_type, crop)
                .map_err(|refusal| Problem::field("/x", refusal.code, refusal.detail).into())
        })
        .await?;
    let made = keep(&db, &state, cleaned, (item.words, item.captured_at), "media.cropped").await?;
    Ok(Created(shown(&db, &state, made, Vec::new()).await?))
}
