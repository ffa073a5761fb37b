//! The catalogue of conditions over HTTP: everything a rule can be made of.

use crate::segments::conditions::{self, Condition};
use crate::segments::schema::rule_schema;
use crate::segments::spec::ConditionSpec;
use serde_json::Value as Json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::rights::ReadSegments;
use web::{AppState, Tenant};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_segment_catalogue))
}

/// Everything a rule can be made of.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct CatalogueOut {
    /// Every condition, by id.
    items: Vec<ConditionOut>,
    /// JSON schema of rule documents.
    #[schema(value_type = Object)]
    schema: Json,
}

/// A condition's form.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct ConditionOut {
    #[schema(example = "country")]
    id: String,
    title: String,
    help: String,
    /// True if it opens sealed fields contact by contact.
    slow: bool,
    operators: Vec<OperatorOut>,
    fields: Vec<FieldOut>,
    examples: Vec<ExampleOut>,
}

/// A way to compare.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct OperatorOut {
    #[schema(example = "is_any_of")]
    word: String,
    title: String,
    /// Fields that must be given.
    needs: Vec<String>,
    /// Fields that may be given.
    takes: Vec<String>,
}

/// A field of a condition's form.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct FieldOut {
    name: String,
    title: String,
    /// What it holds, and so which input it needs.
    #[schema(example = "countries")]
    kind: String,
    /// Words to choose from, for kinds with a closed choice.
    choices: Vec<ChoiceOut>,
}

/// A word to choose.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct ChoiceOut {
    word: String,
    title: String,
}

/// An example of a condition.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct ExampleOut {
    /// The condition.
    #[schema(value_type = Object)]
    condition: Json,
    /// A contact, in words.
    contact: String,
    /// Whether the condition holds for it.
    holds: bool,
}

impl ConditionOut {
    fn of(condition: &dyn Condition) -> Self {
        let spec: &ConditionSpec = condition.spec();
        let owned = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
        let operators = spec.operators.iter().map(|o| OperatorOut {
            word: o.word.to_owned(),
            title: o.title.to_owned(),
            needs: owned(o.needs),
            takes: owned(o.takes),
        });
        let fields = spec.fields.iter().map(|f| FieldOut {
            name: f.name.to_owned(),
            title: f.title.to_owned(),
            kind: f.kind.word().to_owned(),
            choices: f
                .kind
                .choices()
                .iter()
                .map(|(word, title)| ChoiceOut { word: (*word).into(), title: (*title).into() })
                .collect(),
        });
        let examples = condition.examples().into_iter().map(|e| ExampleOut {
            condition: serde_json::from_str(e.condition).unwrap_or_default(),
            contact: e.contact.to_owned(),
            holds: e.holds,
        });
        ConditionOut {
            id: spec.id.to_owned(),
            title: spec.title.to_owned(),
            help: spec.help.to_owned(),
            slow: spec.slow,
            operators: operators.collect(),
            fields: fields.collect(),
            examples: examples.collect(),
        }
    }
}

/// Everything a rule can be made of: conditions with their forms, and the schema of rules.
#[utoipa::path(get, path = "/api/v1/segments/catalogue", operation_id = "get_segment_catalogue",
    security(("key" = ["segments:read"])), responses((status = 200, body = CatalogueOut)))]
async fn get_segment_catalogue(_: Tenant<ReadSegments>) -> web::Json<CatalogueOut> {
    let items = conditions::all().iter().map(|c| ConditionOut::of(*c)).collect();
    web::Json(CatalogueOut { items, schema: rule_schema() })
}
