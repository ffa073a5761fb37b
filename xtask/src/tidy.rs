//! House rules a machine can check: module docs, sizes of files and functions, crate edges, words.
//!
//! Exceptions are listed here by name and may only become fewer.

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use syn::spanned::Spanned;
use syn::visit::Visit;

const FILE_LINES_MAX: usize = 600;
const FUNCTION_LINES_MAX: usize = 70;

/// Files that are longer than they should be, with their length; the list may only shrink.
const LONG_FILES: &[(&str, usize)] = &[("crates/messaging/src/templates/liquid/evaluate.rs", 700)];

/// Functions that are longer than they should be, with their length; the list may only shrink.
const LONG_FUNCTIONS: &[(&str, &str, usize)] = &[];

/// Which crates a crate of ours may name. Edges point down.
const EDGES: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("store", &["kernel"]),
    ("web", &["kernel", "store"]),
    ("tenancy", &["kernel", "store", "web"]),
    ("audience", &["kernel", "store", "web", "tenancy"]),
    ("messaging", &["kernel", "store", "web", "tenancy", "audience"]),
    ("automation", &["kernel", "store", "web", "tenancy", "audience", "messaging"]),
    ("onsite", &["kernel", "store", "web", "tenancy", "audience", "messaging"]),
    ("overview", &["kernel", "store", "web", "tenancy", "audience", "messaging", "automation"]),
    ("testkit", &["kernel", "store", "web"]),
    (
        "server",
        &["kernel", "store", "web", "tenancy", "audience", "messaging", "automation", "onsite", "overview"],
    ),
];

/// Checks all rules; lists every breach.
pub(crate) fn tidy() -> Result<()> {
    let mut breaches = Vec::new();
    let mut schemas = BTreeMap::new();
    for file in rust_files(Path::new("crates"))?.iter().chain(&rust_files(Path::new("xtask"))?) {
        check_file(file, &mut breaches, &mut schemas)?;
    }
    check_edges(&mut breaches)?;
    crate::sentences::check()?;
    check_schemas(&schemas, &mut breaches);
    if !breaches.is_empty() {
        bail!("tidy: {} breaches of the house rules\n{}", breaches.len(), breaches.join("\n"));
    }
    println!("tidy: the house is in order");
    Ok(())
}

pub(crate) fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() && path.file_name().is_some_and(|n| n != "target") {
            found.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

pub(crate) fn is_test_file(path: &Path) -> bool {
    let name = path.to_string_lossy();
    name.contains("/tests") || name.ends_with("tests.rs") || name.contains("/testkit/")
}

fn check_file(path: &Path, breaches: &mut Vec<String>, schemas: &mut Schemas) -> Result<()> {
    let text = std::fs::read_to_string(path)?;
    let name = path.display();
    if !is_test_file(path) && !text.trim_start().starts_with("//!") {
        breaches.push(format!("{name}: begins without `//!`: say what the module is and what it is not"));
    }
    let lines = text.lines().count();
    let known = LONG_FILES.iter().find(|(file, _)| path == Path::new(file)).map(|(_, most)| *most);
    let most = known.unwrap_or(FILE_LINES_MAX);
    if lines > most && !is_test_file(path) {
        breaches.push(format!("{name}: {lines} lines; give a part its own room (at most {most})"));
    }
    for (number, line) in text.lines().enumerate() {
        let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:")];
        if marks.iter().any(|m| line.contains(m)) {
            breaches.push(format!("{name}:{}: unfinished work is not committed", number + 1));
        }
    }
    let parsed = syn::parse_file(&text).with_context(|| name.to_string())?;
    let mut functions = Functions { path, breaches };
    functions.visit_file(&parsed);
    if !is_test_file(path) {
        Shapes { path, schemas }.visit_file(&parsed);
    }
    Ok(())
}

/// Where a name of the OpenAPI document is given.
type Schemas = BTreeMap<String, Vec<PathBuf>>;

/// Finds shapes of the OpenAPI document: two with one name would silently be one.
struct Shapes<'a> {
    path: &'a Path,
    schemas: &'a mut Schemas,
}

impl Shapes<'_> {
    fn note(&mut self, name: &syn::Ident, attributes: &[syn::Attribute]) {
        let texts = |word: &str| {
            let named = attributes.iter().filter(move |a| a.path().is_ident(word));
            named
                .filter_map(|a| a.meta.require_list().ok())
                .map(|list| list.tokens.to_string())
                .collect::<Vec<_>>()
        };
        if !texts("derive").iter().any(|t| t.contains("ToSchema")) {
            return;
        }
        let renamed = texts("schema").iter().find_map(|t| {
            let given = t.split_once("as = ")?.1;
            Some(given.split([' ', ',']).next().unwrap_or_default().to_owned())
        });
        self.schemas
            .entry(renamed.unwrap_or_else(|| name.to_string()))
            .or_default()
            .push(self.path.to_owned());
    }
}

impl<'ast> Visit<'ast> for Shapes<'_> {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.note(&item.ident, &item.attrs);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.note(&item.ident, &item.attrs);
    }
}

fn check_schemas(schemas: &Schemas, breaches: &mut Vec<String>) {
    for (name, files) in schemas.iter().filter(|(_, files)| files.len() > 1) {
        let files: Vec<String> = files.iter().map(|f| f.display().to_string()).collect();
        breaches.push(format!("schema {name} is in {}: give one `#[schema(as = …)]`", files.join(" and ")));
    }
}

struct Functions<'a> {
    path: &'a Path,
    breaches: &'a mut Vec<String>,
}

impl Functions<'_> {
    fn measure(&mut self, name: &syn::Ident, block: &syn::Block) {
        let span = block.span();
        let lines = span.end().line.saturating_sub(span.start().line) + 1;
        let known = LONG_FUNCTIONS
            .iter()
            .find(|(file, function, _)| self.path == Path::new(file) && name == function);
        let most = known.map_or(FUNCTION_LINES_MAX, |(_, _, most)| *most);
        if lines > most && !is_test_file(self.path) {
            let place = format!("{}:{}", self.path.display(), span.start().line);
            self.breaches.push(format!("{place}: `{name}` has {lines} lines (at most {most})"));
        }
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.measure(&item.sig.ident, &item.block);
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.measure(&item.sig.ident, &item.block);
        syn::visit::visit_impl_item_fn(self, item);
    }
}

fn check_edges(breaches: &mut Vec<String>) -> Result<()> {
    let ours: Vec<&str> = EDGES.iter().map(|(name, _)| *name).collect();
    for (name, allowed) in EDGES {
        let manifest = std::fs::read_to_string(format!("crates/{name}/Cargo.toml"))?;
        let dependencies = manifest.split("[dev-dependencies]").next().unwrap_or_default();
        let dependencies = dependencies.split("[dependencies]").nth(1).unwrap_or_default();
        for line in dependencies.lines() {
            let dependency = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if ours.contains(&dependency) && !allowed.contains(&dependency) {
                breaches
                    .push(format!("crates/{name}: must not depend on {dependency}; append an event instead"));
            }
        }
    }
    Ok(())
}
