"""Reads a Maildir with Python's own parser: each mail with what a reader sees of it, and with what the parser minds."""

import json
import mailbox
import os
from email import policy
from email.parser import BytesParser


def content(mail, kind):
    """Lines end with CRLF where they are encoded as base64 (RFC 2045 §6.8), and are the reader's own otherwise."""
    return mail.get_body((kind,)).get_content().replace("\r\n", "\n")


def read(raw):
    mail = BytesParser(policy=policy.default).parsebytes(raw)
    parts = list(mail.walk())
    defects = [defect for part in parts for defect in part.defects]
    defects += [defect for part in parts for header in part.values() for defect in getattr(header, "defects", ())]
    return {
        "subject": mail["Subject"],
        "from": [[sender.display_name, sender.addr_spec] for sender in mail["From"].addresses],
        "to": [reader.addr_spec for reader in mail["To"].addresses],
        "replyTo": [address.addr_spec for address in mail["Reply-To"].addresses] if mail["Reply-To"] else [],
        "recipients": mail["X-RcptTo"],
        "headers": {name: str(value) for name, value in mail.items()},
        "types": [part.get_content_type() for part in parts],
        "text": content(mail, "plain"),
        "html": content(mail, "html"),
        "defects": [repr(defect) for defect in defects],
        # In octets, without the line's end.
        "longestLine": max(len(line) for line in raw.splitlines()),
        "raw": raw.decode("utf-8", "replace"),
    }


box = mailbox.Maildir(os.environ["MAILDIR"], create=False)
# In the order of their arrival.
keys = sorted(box.keys(), key=lambda key: os.stat(os.path.join(box._path, box._lookup(key))).st_mtime_ns)
print(json.dumps([read(box.get_bytes(key)) for key in keys]))
