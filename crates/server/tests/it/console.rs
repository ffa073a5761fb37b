//! How the console's files are served, with and without a console in the program.

use crate::harness::{Answer, TestApp};
use testkit::TestDb;

const FILES: &[(&str, &[u8])] = &[
    ("index.html", b"<meta name=csp-nonce content=__CSP_NONCE__><style nonce=__CSP_NONCE__></style>"),
    ("assets/app-1a2b.js", b"plain script"),
    ("assets/app-1a2b.js.br", b"br script"),
    ("assets/app-1a2b.js.gz", b"gz script"),
    ("favicon.svg", b"<svg/>"),
    ("docs/swagger-ui-bundle.js", b"plain bundle"),
    ("docs/swagger-ui-bundle.js.br", b"br bundle"),
    ("docs/swagger-ui.css", b"a{}"),
];

async fn app(files: &'static [(&'static str, &'static [u8])]) -> TestApp {
    TestApp::with_console(TestDb::sqlite().await.unwrap(), files).unwrap()
}

async fn navigate(app: &TestApp, path: &str) -> Answer {
    app.get(path).header("accept", "text/html,application/xhtml+xml,*/*;q=0.8").send().await
}

/// The nonce a page was given, if its policy names the same.
fn nonce_of(answer: &Answer) -> String {
    let text = answer.text();
    let nonce =
        text.split("content=").nth(1).and_then(|t| t.split('>').next()).unwrap_or_default().to_owned();
    assert_eq!(text.matches(&nonce).count(), 2, "every place has it: {text}");
    assert!(answer.header("content-security-policy").contains(&format!("'nonce-{nonce}'")));
    nonce
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_is_the_one_page_with_a_nonce_of_its_own() {
    let app = app(FILES).await;
    let home = app.get("/").send().await;
    assert_eq!((home.status, home.header("location")), (303, "/console/"));
    let mut nonces = Vec::new();
    for path in ["/console/", "/console/campaigns", "/console/campaigns/cmp_1/report", "/console/index.html"]
    {
        let page = navigate(&app, path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(page.header("cache-control"), "no-cache");
        assert!(page.header("permissions-policy").contains("camera=()"), "{path}");
        nonces.push(nonce_of(&page));
    }
    nonces.sort_unstable();
    nonces.dedup();
    assert_eq!(nonces.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_has_not_changed_is_not_sent_again_and_keeps_its_nonce() {
    let app = app(FILES).await;
    let first = navigate(&app, "/console/campaigns").await;
    let (tag, nonce) = (first.header("etag").to_owned(), nonce_of(&first));
    for known in [tag.clone(), format!("\"else\", W/{tag}")] {
        let again = app.get("/console/capture").header("accept", "text/html").header("if-none-match", &known);
        let again = again.send().await;
        assert_eq!((again.status, again.bytes.len()), (304, 0), "{known}");
        assert_eq!((again.header("etag"), again.header("cache-control")), (tag.as_str(), "no-cache"));
        assert_eq!(
            again.header("content-security-policy"),
            first.header("content-security-policy"),
            "what the browser keeps is allowed as before"
        );
        assert!(again.header("permissions-policy").contains("camera=(self)"), "{known}");
    }
    let build = tag.split('.').next().unwrap();
    let short = format!("{build}.aaaa\"");
    let foreign = format!("{build}.{nonce}; script-src *\"");
    for unknown in ["\"else\"", "*", &short, &foreign, &tag.replace(build, "\"0123")] {
        let page = app.get("/console/").header("if-none-match", unknown).send().await;
        assert_eq!(page.status, 200, "{unknown}");
        assert_ne!(nonce_of(&page), nonce, "{unknown}");
    }
    let newer: &[(&str, &[u8])] = &[("index.html", b"<meta content=__CSP_NONCE__><b>__CSP_NONCE__</b>")];
    let page = self::app(newer).await.get("/console/").header("if-none-match", &tag).send().await;
    assert_eq!(page.status, 200, "another build");
    nonce_of(&page);
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_come_from_here_alone_and_cameras_open_on_the_capture_page_alone() {
    let app = app(FILES).await;
    let capture = navigate(&app, "/console/capture").await;
    let policy = capture.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; "), "{policy}");
    assert!(!policy.contains("unsafe-eval") && policy.contains("frame-ancestors 'none'"), "{policy}");
    let permissions = capture.header("permissions-policy");
    for device in ["camera", "microphone", "geolocation"] {
        assert!(permissions.contains(&format!("{device}=(self)")), "{permissions}");
    }
    let other = navigate(&app, "/console/captured").await;
    assert!(other.header("permissions-policy").contains("geolocation=()"));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_come_in_the_best_encoding_and_are_kept_as_long_as_they_are_true() {
    let app = app(FILES).await;
    for (accepted, body, encoding) in [
        ("gzip, deflate, br", "br script", "br"),
        ("gzip;q=1.0", "gz script", "gzip"),
        ("br;q=0, gzip", "gz script", "gzip"),
        ("identity", "plain script", ""),
    ] {
        let script = app.get("/console/assets/app-1a2b.js").header("accept-encoding", accepted).send().await;
        assert_eq!(
            (script.text().as_str(), script.header("content-encoding")),
            (body, encoding),
            "{accepted}"
        );
        assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
        assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
        assert!(script.header("vary").contains("accept-encoding"));
        assert_eq!(script.header("cross-origin-resource-policy"), "cross-origin", "for sandboxed frames");
    }
    let icon = app.get("/console/favicon.svg").send().await;
    assert_eq!((icon.status, icon.header("cache-control")), (200, "no-cache"));
    assert_eq!(icon.header("cross-origin-resource-policy"), "same-origin");
    let tag = icon.header("etag").to_owned();
    let again = app.get("/console/favicon.svg").header("if-none-match", &tag).send().await;
    assert_eq!((again.status, again.bytes.len()), (304, 0));
    let other = app.get("/console/favicon.svg").header("if-none-match", "\"else\"").send().await;
    assert_eq!(other.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_file_and_no_screen_is_not_found() {
    let app = app(FILES).await;
    for path in [
        "/console/assets/old-9.js",
        "/console/assets/",
        "/console/%2e%2e/index.html",
        "/console/..%2findex.html",
        "/console/.git/config",
    ] {
        assert_eq!(app.get(path).send().await.problem(404), "not_found", "{path}");
    }
    assert_eq!(navigate(&app, "/console/assets/old-9.js").await.status, 404, "a script is never a page");
    assert_eq!(app.get("/console/campaigns").header("accept", "*/*").send().await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_the_api_name_the_build_of_the_console() {
    let one = app(FILES).await;
    let build = one.get("/api/v1/me").send().await.header("x-sp-build").to_owned();
    assert_eq!(build.len(), 12, "{build}");
    let next = app(&[("index.html", b"newer")]).await.get("/api/v1/me").send().await;
    assert!(!next.header("x-sp-build").is_empty() && next.header("x-sp-build") != build);
    assert_eq!(one.get("/console/").send().await.header("x-sp-build"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_the_api_is_swagger_ui_where_it_came_with_the_console() {
    let app = app(FILES).await;
    let page = app.get("/docs").send().await;
    for part in page.text().split('"').filter(|t| t.starts_with("/docs/")) {
        assert_eq!(app.get(part).send().await.status, 200, "{part}");
    }
    let bundle = app.get("/docs/swagger-ui-bundle.js").header("accept-encoding", "br").send().await;
    assert_eq!((bundle.text().as_str(), bundle.header("cache-control")), ("br bundle", "no-cache"));
    assert!(page.header("content-security-policy").contains("script-src 'self'; "));
    assert!(!page.header("content-security-policy").contains("unsafe-eval"));
    assert_eq!(app.get("/docs/swagger-ui.css").send().await.text(), "a{}");
    assert_eq!(app.get("/docs/nothing.js").send().await.problem(404), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_without_console_says_how_to_get_it() {
    let app = app(&[]).await;
    for path in ["/console/", "/console/campaigns"] {
        let page = navigate(&app, path).await;
        assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"));
        assert!(page.text().contains("make build"), "{}", page.text());
    }
    assert_eq!(app.get("/api/v1/me").send().await.header("x-sp-build"), "");
    assert!(app.get("/docs").send().await.text().contains("/docs/docs.js"), "the plainer page");
    assert_eq!(app.get("/docs/docs.js").send().await.status, 200);
}
