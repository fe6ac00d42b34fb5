"""The pages of the mail viewer, as HTML text. Everything from a mail is escaped; its HTML is in a frame."""

from html import escape
from urllib.parse import quote

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
:root {{ color-scheme: light dark; --line: color-mix(in srgb, currentColor 16%, transparent);
  --soft: color-mix(in srgb, currentColor 62%, transparent); --accent: light-dark(#0b5c8a, #7cc4ee); }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }}
h1 {{ font-size: 1.35rem; margin: 0 0 1rem; text-wrap: balance; }}
a {{ color: var(--accent); text-decoration: none; }} a:hover {{ text-decoration: underline; }}
ol {{ list-style: none; padding: 0; border-top: 1px solid var(--line); }}
li {{ display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; padding: .7rem 0;
  border-bottom: 1px solid var(--line); }}
li span, dl {{ color: var(--soft); font-size: .9rem; }} li a {{ font-weight: 600; }}
dl {{ display: grid; grid-template-columns: auto 1fr; gap: .1rem 1rem; margin: 0 0 1rem; }} dd {{ margin: 0;
  overflow-wrap: anywhere; }}
iframe {{ width: 100%; height: 70vh; border: 1px solid var(--line); border-radius: .5rem; background: #fff; }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line); border-radius: .5rem;
  padding: 1rem; font-size: .9rem; }}
</style></head><body>{body}</body></html>
"""


def listing(mails):
    """The list of mails, newest first."""
    rows = "".join(
        f'<li><a href="/messages/{quote(mail.id)}">{escape(mail.subject)}</a>'
        f"<time>{mail.written:%Y-%m-%d %H:%M:%S} UTC</time><span>to {escape(mail.header('to'))}</span></li>"
        for mail in mails)
    body = f"<ol>{rows}</ol>" if rows else "<p>No mail yet. Book a time and look again.</p>"
    return _PAGE.format(title="Sent mail", body=f"<h1>Sent mail</h1>{body}")


def one(mail):
    """One mail: its heads, its HTML or text, its attachments."""
    here = f"/messages/{quote(mail.id)}"
    heads = "".join(f"<dt>{name}</dt><dd>{escape(mail.header(name))}</dd>" for name in ("From", "To", "Date"))
    html, plain = mail.text("html"), mail.text("plain")
    parts = []
    if html is not None:
        parts.append(f'<iframe title="The mail" src="{here}/html" '
                     'sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>')
    if plain is not None:
        parts.append(f"<h2>Text</h2><pre>{escape(plain)}</pre>" if parts else f"<pre>{escape(plain)}</pre>")
    files = "".join(
        f'<li><a href="{here}/attachments/{number}">{escape(name)}</a><span>{escape(kind)}, '
        f"{len(content):,} bytes</span></li>"
        for number, (name, kind, content) in enumerate(mail.attachments))
    files = f"<h2>Attachments</h2><ol>{files}</ol>" if files else ""
    body = (f'<p><a href="/">All mail</a> · <a href="{here}/raw">source</a></p><h1>{escape(mail.subject)}</h1>'
            f"<dl>{heads}</dl>{''.join(parts)}{files}")
    return _PAGE.format(title=escape(mail.subject), body=body)


def description(mail):
    """The mail for scripts, as JSON values."""
    here = f"/messages/{quote(mail.id)}"
    return {
        "id": mail.id, "written": mail.written.isoformat(), "subject": mail.subject,
        "from": mail.header("from"), "to": mail.header("to"), "text": mail.text("plain"),
        "html": mail.text("html"), "raw": f"{here}/raw",
        "attachments": [
            {"name": name, "type": kind, "bytes": len(content), "url": f"{here}/attachments/{number}"}
            for number, (name, kind, content) in enumerate(mail.attachments)],
    }
