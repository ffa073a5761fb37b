"""Checks messages that Postfix's smtp-sink received: structure, headers, DKIM, DMARC alignment.

Usage: check_messages.py FOLDER KEYS DOMAIN PEOPLE
  FOLDER  one dump file a message (smtp-sink -d); whole messages are written beside, as NAME.eml
  KEYS    lines "selector._domainkey.domain TXT-record"
  DOMAIN  of the author
  PEOPLE  JSON object: address -> text that both bodies must hold

Prints one JSON object. The first thing that is wrong ends it with exit code 1 and a sentence.
Python's email package and dkimpy judge; nothing here is written by the program under test.
"""

import html
import email
import email.headerregistry
import email.policy
import email.utils
import json
import pathlib
import re
import sys
import time

import dkim

ONCE = [
    "Date", "Message-ID", "From", "To", "Subject", "MIME-Version", "Content-Type",
    "List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Feedback-ID",
]
NEVER = ["Cc", "Bcc", "Resent-To", "X-Injected"]
SIGNED = [
    "from", "to", "subject", "date", "message-id", "mime-version", "content-type",
    "list-unsubscribe", "list-unsubscribe-post", "list-id", "feedback-id",
]
LINE_MAX = 998
ENVELOPE = re.compile(rb"^X-(Client-Addr|Client-Proto|Client-Name|Helo-Args|Mail-Args|Rcpt-Args): (.*)$")


def must(truth, what):
    if not truth:
        raise AssertionError(what)


def split_dump(dump):
    """The envelope that smtp-sink wrote in front, and the message with the line ends of the wire."""
    lines = dump.split(b"\n")
    envelope, at = {}, 0
    while match := ENVELOPE.match(lines[at]):
        envelope[match[1].decode()] = match[2].decode().strip()
        at += 1
    must(lines[at].startswith(b"Received: "), "smtp-sink writes where it came from")
    at += 1
    while lines[at][:1] in (b" ", b"\t"):
        at += 1
    return envelope, b"\r\n".join(lines[at:])


def path_of(args):
    match = re.search(r"<([^>]*)>", args)
    must(match, f"an address in {args!r}")
    return match[1]


def organisational(domain):
    """Good enough for the example domains of this test: the last two labels."""
    return ".".join(domain.lower().rstrip(".").split(".")[-2:])


def check_lines(raw):
    must(b"\r" not in raw.replace(b"\r\n", b""), "no bare CR")
    for line in raw.split(b"\r\n"):
        must(len(line) <= LINE_MAX, f"a line of {len(line)} bytes")
        must(b"\n" not in line and b"\0" not in line, "no bare LF, no NUL")
    must(all(byte < 0x80 for byte in raw), "seven bits: nothing relies on 8BITMIME")


def check_headers(message, domain, recipient):
    for name in ONCE:
        must(len(message.get_all(name, [])) == 1, f"{name} once, not {message.get_all(name)}")
    for name in NEVER:
        must(message[name] is None, f"no {name}")
    for name, value in message.items():
        must(not value.defects, f"{name}: {value.defects}")
    author = message["From"].addresses
    must(len(author) == 1 and author[0].domain == domain, f"the author: {message['From']}")
    to = message["To"].addresses
    must([a.addr_spec for a in to] == [recipient], f"to one recipient: {message['To']}")
    age = abs(time.time() - message["Date"].datetime.timestamp())
    must(age < 3600, f"the date is now: {message['Date']}")
    must(re.fullmatch(r"<[^<>@\s]+@[^<>@\s]+>", message["Message-ID"].strip()), "a Message-ID")
    must(message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", "one click")
    links = re.fullmatch(r"<(https://[^<>\s]+)>,\s*<(mailto:[^<>\s]+)>", message["List-Unsubscribe"])
    must(links, f"https and mailto: {message['List-Unsubscribe']}")
    must(re.fullmatch(r"(.* )?<[A-Za-z0-9.-]+>", message["List-Id"]), f"a List-Id: {message['List-Id']}")
    must(len(message["Feedback-ID"].split(":")) == 4, f"four fields: {message['Feedback-ID']}")
    return links[1]


def check_structure(message, text, unsubscribe):
    must(message.get_content_type() == "multipart/alternative", message.get_content_type())
    parts = list(message.iter_parts())
    must([p.get_content_type() for p in parts] == ["text/plain", "text/html"], "text, then HTML")
    for part in parts:
        must(not part.defects and part.get_content_charset() == "utf-8", "UTF-8 without defects")
        must(part["Content-Transfer-Encoding"] in ("quoted-printable", "base64", "7bit"), "an encoding")
        content = part.get_content()
        is_html = part.get_content_type() == "text/html"
        shown = html.unescape(content) if is_html else content
        must(text in shown, f"{text!r} in {content[:400]!r}")
        must(not is_html or "<" not in text or text not in content, "markup of a contact is escaped")
        must("1 Shop Street" in content, "the postal address")
        must("{{" not in content and "}}" not in content, "nothing is left to fill in")
        must("\n.one" in content.replace("\r\n", "\n") or ".one" in content, "a line that begins with a dot")
    must(unsubscribe.split("/u/")[0] in parts[1].get_content(), "a way out in the body")


def check_dkim(raw, message, keys, domain):
    def dns(name, timeout=5):
        return keys.get(name.decode().rstrip("."))

    signer = dkim.DKIM(raw)
    count = len(message.get_all("DKIM-Signature", []))
    algorithms = set()
    for index in range(count):
        must(signer.verify(index, dnsfunc=dns), f"DKIM signature {index}")
        fields = dkim.util.parse_tag_value(message.get_all("DKIM-Signature")[index].encode())
        signed = [h.strip().lower() for h in fields[b"h"].decode().split(":")]
        for name in SIGNED:
            must(name in signed, f"{name} is signed: {signed}")
        must(signed.count("from") >= 2 and signed.count("subject") >= 2, "From and Subject are oversigned")
        must(b"l" not in fields, "the whole body is signed")
        must(organisational(fields[b"d"].decode()) == organisational(domain), "DMARC: d= is aligned")
        algorithms.add(fields[b"a"].decode())
    must(algorithms == {"rsa-sha256", "ed25519-sha256"}, f"both signatures: {algorithms}")


def main(folder, keys_file, domain, people_file):
    keys = dict(line.split(b" ", 1) for line in pathlib.Path(keys_file).read_bytes().splitlines())
    keys = {name.decode(): record for name, record in keys.items()}
    people = json.loads(pathlib.Path(people_file).read_text("utf-8"))
    ids, links, seen = set(), set(), set()
    for path in sorted(pathlib.Path(folder).iterdir()):
        if path.suffix == ".eml":
            continue
        envelope, raw = split_dump(path.read_bytes())
        try:
            recipient = path_of(envelope["Rcpt-Args"])
            sender = path_of(envelope["Mail-Args"])
            check_lines(raw)
            message = email.message_from_bytes(raw, policy=email.policy.SMTP)
            must(not message.defects, f"defects: {message.defects}")
            link = check_headers(message, domain, recipient)
            check_structure(message, people[recipient], link)
            check_dkim(raw, message, keys, domain)
            must(organisational(sender.rsplit("@", 1)[1]) == organisational(domain), f"DMARC: SPF aligned: {sender}")
        except (AssertionError, KeyError, IndexError, dkim.DKIMException) as error:
            print(f"{path}: {type(error).__name__}: {error}", file=sys.stderr)
            print(raw.decode("utf-8", "replace")[:6000], file=sys.stderr)
            sys.exit(1)
        must(recipient not in seen, f"twice: {recipient}")
        seen.add(recipient)
        ids.add(message["Message-ID"])
        links.add(link)
        path.with_name(path.name + ".eml").write_bytes(raw)
    must(seen == set(people), f"missing: {sorted(set(people) - seen)}, too many: {sorted(seen - set(people))}")
    must(len(ids) == len(seen) and len(links) == len(seen), "Message-IDs and links are unique")
    print(json.dumps({"messages": len(seen), "signatures": 2 * len(seen)}))


main(*sys.argv[1:])
