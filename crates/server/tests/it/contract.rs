//! The OpenAPI document as a contract: schemathesis makes requests from it and holds the server to it.

use super::outside::{python, succeeded};
use super::program::{Engine, Program};
use std::path::Path;
use std::process::Command;

/// Requests made up for each operation.
const EXAMPLES: &str = "50";
const CHECKS: &str =
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

#[test]
fn no_made_up_request_breaks_the_server_or_the_contract() {
    let Some(python) = python() else { return };
    let schemathesis = Path::new(&python).with_file_name("schemathesis");
    let Some(program) = Program::set_up(Engine::Sqlite) else { return };
    let program =
        program.with("SMARTPUSH__HTTP__REQUESTS_PER_SECOND", "0").with("SMARTPUSH__LOG__LEVEL", "error");
    let document = program.write("openapi.json", &program.json(&["openapi"]).to_string());
    let server = program.serve(&[]);
    let mut command = Command::new(schemathesis);
    command
        .current_dir(program.path(""))
        .args(["run", &document, "--url", &format!("http://{}", server.address)])
        .args(["--header", &format!("Authorization: Bearer {}", program.api_key)])
        .args(["--checks", CHECKS, "--max-examples", EXAMPLES, "--phases", "examples,fuzzing"])
        // It cannot make up a message of RFC 5322; the feedback tests try that address.
        .args(["--exclude-path", "/api/v1/inbound/raw"])
        // It waits for the end of an answer, and this one has none; the tests of the stream listen to it.
        .args(["--exclude-path", "/api/v1/stream"])
        .args(["--seed", "1", "--generation-deterministic", "--no-color", "--continue-on-failure"]);
    let said = succeeded(command.output().expect("schemathesis starts"));
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    println!(
        "{}",
        said.lines().rev().take(12).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("\n")
    );
}
