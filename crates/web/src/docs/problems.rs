//! One page that describes every problem code, made from the catalogue of codes.

use kernel::Code;

/// What a client should do about a code.
fn advice(code: Code) -> &'static str {
    match code {
        Code::BadRequest => {
            "The request is not what the API reads: broken JSON, a body that ended early, several stores and none named. Mend the request; repeating it does not help."
        }
        Code::Unauthorized => {
            "No key or log-in, or one that is unknown, revoked or ended. Log in again or take another key."
        }
        Code::Forbidden => {
            "The caller is known but lacks the right, or a page of another site sent the request. The detail names the right."
        }
        Code::PolicyAcceptanceRequired => {
            "A person uses the program for the first time, or the policy has changed. Show the policy, then record their agreement."
        }
        Code::NotFound => "Absent, removed, or another store's: the three are not told apart.",
        Code::Conflict => {
            "The request is fine but the present state does not allow it. Read the object again; the detail says what is in the way."
        }
        Code::PreconditionFailed => {
            "If-Match names a version that is no longer the present one. Read again, repeat the change, send the new version."
        }
        Code::TooLarge => "The body is larger than the address takes: 1 MiB unless documented otherwise.",
        Code::UnsupportedMediaType => "The address reads another format; most read application/json.",
        Code::Validation => {
            "Readable but not valid. Each entry of errors has a JSON pointer (or ?name for a query parameter), a stable code and a sentence."
        }
        Code::RateLimited => {
            "Too many requests, or too many attempts to log in. Wait as long as Retry-After says."
        }
        Code::SendingLocked => {
            "The installation was restored from a backup. The operator looks at what was sent since, then runs smartpush unlock."
        }
        Code::Unavailable => {
            "The database or another part is away for a moment. Nothing was lost; try again after Retry-After."
        }
        Code::MethodNotAllowed => "The address exists with other methods; the header Allow lists them.",
        _ => "See the detail.",
    }
}

/// The page.
pub(super) fn page() -> String {
    let mut rows = String::new();
    for code in Code::ALL {
        let (status, word) = code.status_and_word();
        rows.push_str(&format!(
            "<tr id=\"{word}\"><td class=\"status\">{status}</td><td><code>{word}</code></td><td><strong>{}</strong><br>{}</td></tr>\n",
            code.title(),
            advice(*code)
        ));
    }
    rows.push_str(
        "<tr id=\"internal\"><td class=\"status\">500</td><td><code>internal</code></td><td><strong>Internal error</strong>\
         <br>Our fault. The request id names it in the log of the installation.</td></tr>\n",
    );
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Problems</title>\n\
         <link rel=\"stylesheet\" href=\"/docs/docs.css\">\n</head>\n<body>\n<header><div><h1>Problems</h1>\
         <p>Every error is an RFC 9457 problem. Its code is stable: program against it, not against the sentence.</p></div>\
         <a class=\"raw\" href=\"/docs\">API</a></header>\n<main>\n<table>\n<thead><tr><th>Status</th><th>Code</th>\
         <th>What to do</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</main>\n</body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_described() {
        for code in Code::ALL {
            assert_ne!(advice(*code), "See the detail.", "{code:?}");
        }
        assert!(page().contains("id=\"policy_acceptance_required\""));
    }
}
