"""A folder of .eml files, read: newest first, bounded in number and size."""

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage

NEWEST = 200
LARGEST = 16 << 20
_NAME = re.compile(r"[^/.\0][^/\0]{0,250}\.eml")
_KIND = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")


@dataclass(frozen=True)
class Mail:
    """One message; `id` is its file's name."""

    id: str
    written: datetime
    message: EmailMessage

    @property
    def subject(self):
        return str(self.message.get("subject", "(no subject)"))

    def header(self, name):
        return str(self.message.get(name, ""))

    def text(self, kind):
        """The `plain` or `html` part as text; None when there is none."""
        part = self.message.get_body(preferencelist=(kind,))
        try:
            return part.get_content() if part else None
        except (LookupError, KeyError):
            return part.get_payload(decode=True).decode(errors="replace")

    @property
    def attachments(self):
        """Every part that is not one of the texts, as (file name, media type, bytes)."""
        texts = [self.message.get_body(preferencelist=(kind,)) for kind in ("plain", "html")]
        found = []
        for part in self.message.walk():
            if part.is_multipart() or any(part is text for text in texts):
                continue
            content = part.get_payload(decode=True) or b""
            name = part.get_filename() or f"part-{len(found) + 1}.{part.get_content_subtype()}"
            kind = part.get_content_type()
            found.append((name, kind if _KIND.fullmatch(kind) else "application/octet-stream", content))
        return found


class Mailbox:
    """The mails of a folder. Holds nothing: each call looks at the files."""

    def __init__(self, folder):
        self._folder = folder

    def newest(self, to=None):
        """The newest mails, at most `NEWEST`; with `to` only those to that address."""
        names = [path for path in self._folder.glob("*.eml") if _NAME.fullmatch(path.name)]
        dated = sorted(((path.stat().st_mtime_ns, path.name) for path in names if path.is_file()), reverse=True)
        mails = filter(None, (self.mail(name) for _, name in dated[:NEWEST]))
        return [mail for mail in mails if to is None or to.lower() in mail.header("to").lower()]

    def mail(self, name):
        """The mail with this id; None when there is none, or none that may be shown."""
        path = self._folder / name
        if not _NAME.fullmatch(name) or path.is_symlink():
            return None
        try:
            with open(path, "rb") as file:
                raw = file.read(LARGEST)
            written = datetime.fromtimestamp(path.stat().st_mtime, timezone.utc)
        except OSError:
            return None
        return Mail(name, written, message_from_bytes(raw, policy=policy.default))

    def raw(self, name):
        """The file's bytes."""
        return (self._folder / name).read_bytes()[:LARGEST]
