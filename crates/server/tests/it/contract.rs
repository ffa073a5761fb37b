//! Requests made up by schemathesis from the OpenAPI document, none of which may end in a fault of ours.
//! That every answer is as the document says is not checked here.

use super::outside::{python, succeeded};
use super::program::{Engine, Program};
use std::path::Path;
use std::process::Command;

/// Requests made up for each operation.
const EXAMPLES: &str = "50";
const CHECKS: &str = "not_a_server_error";

#[test]
fn no_made_up_request_makes_the_server_fail() {
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
        // It cannot make up a message of RFC 5322.
        .args(["--exclude-path", "/api/v1/inbound/raw"])
        .args(["--seed", "1", "--generation-deterministic", "--no-color", "--continue-on-failure"]);
    let said = succeeded(command.output().expect("schemathesis starts"));
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    println!(
        "{}",
        said.lines().rev().take(12).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("\n")
    );
}
