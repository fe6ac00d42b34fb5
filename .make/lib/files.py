"""Files and folders of a data folder: written whole or not at all, private unless they cannot be."""

import hashlib
import os
import pwd
import shutil
from pathlib import Path


def write_atomically(path, text, mode=0o600):
    """Writes the file so that a reader, or a crash, sees the old text or the new, never a part."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def folder(path, mode=0o700):
    """Makes the folder and those above it; sets its mode."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(mode)
    return path


def service_user(name):
    """The system user that a server should run as when we are root (Postgres refuses root); else None."""
    return pwd.getpwnam(name) if os.geteuid() == 0 else None


def service_folder(data, name, user):
    """The folder `data/name` of a server that runs as `user`. Where that user cannot reach it, as below
    a home folder that is closed to others, the files are in the user's own home and a link points to it."""
    path = data / name
    if user is None:
        return folder(path)
    if not path.exists() and not _reachable(path.parent, user):
        mark = hashlib.sha256(str(data).encode()).hexdigest()[:12]
        home = Path(user.pw_dir) / f"daybook-{mark}"
        folder(home)
        path.unlink(missing_ok=True)
        path.symlink_to(home)
    folder(path)
    os.chown(path, user.pw_uid, user.pw_gid)
    return path.resolve()


def remove_service_folder(path):
    """Removes a folder made by `service_folder`, also where it is elsewhere."""
    shutil.rmtree(path.resolve(), ignore_errors=True)
    path.unlink(missing_ok=True) if path.is_symlink() else None


def _reachable(path, user):
    """Whether others may pass through every folder on the way (the service users own none of them)."""
    return all(part.stat().st_mode & 0o001 for part in [path, *path.parents])
