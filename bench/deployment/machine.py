"""A folder that plays a machine: the page's paths lie in it, and what only root on a real one may do is played."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from bench.deployment import owners
from bench.faults.nginx import MIME_TYPES, program
from bench.faults.portal import without_installation
from launcher.folder import HERE, Refusal
from tests.support.postgres import binaries, free_port

PATHS = ("/opt/portal", "/etc/portal", "/etc/systemd/system", "/etc/nginx/conf.d", "/var/lib/portal")
MORE_PATHS = ("/var/backups/portal", "/usr/local/sbin", "/var/log/nginx")
PORTS = ("80", "443", "8001", "8002")
HOST = "portal.example.com"
NOTHING = "#!/bin/sh\nexit 0\n"
_RUNUSER = """#!/bin/sh
user=$2
shift 3
[ "$user" = postgres ] || exec {as_portal} "$@"
export PGHOST=127.0.0.1 PGPORT={port} PGUSER={user} PGPASSWORD={password} PATH={binaries}:$PATH
exec "$@"
"""
_TAR = """#!/bin/sh
set -eu
{tar} "$@"
for word in "$@"; do
    case $word in --directory=*) folder=${{word#*=}} ;; esac
done
find "$folder/deploy" -type f -exec sed --in-place --file={folder}/translation.sed {{}} +
"""
_SAME_PACKAGES = """#!/bin/sh
[ "$1 ${{2:-}}" = "-m venv" ] || exec {python} "$@"
mkdir -p "$3/bin"
printf '#!/bin/sh\\nexport PYTHONPATH="{packages}:$PYTHONPATH"\\nexec {python} "$@"\\n' > "$3/bin/python"
printf '#!/bin/sh\\nexit 0\\n' > "$3/bin/pip"
chmod 755 "$3/bin/python" "$3/bin/pip"
"""
_NGINX = """{user}
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
events {{ worker_connections 512; }}
http {{
    {types}
    access_log {folder}/var/log/nginx/access.log;
    client_body_temp_path {folder}/nginx-bodies;
    proxy_temp_path {folder}/nginx-answers;
    fastcgi_temp_path {folder}/nginx-unused-1;
    uwsgi_temp_path {folder}/nginx-unused-2;
    scgi_temp_path {folder}/nginx-unused-3;
    include {folder}/etc/nginx/conf.d/*.conf;
}}
"""


@dataclass(frozen=True)
class Machine:
    """The folder, and the ports that stand for those of the page."""

    folder: Path
    database_url: str
    ports: Mapping[str, int] = field(
        default_factory=lambda: {name: free_port() for name in ("80", "443", "8001", "8002")}
    )

    @cached_property
    def has_owners(self) -> bool:
        """Whether files and processes belong to others than whoever rehearses."""
        return owners.can_be_given()

    @cached_property
    def second_address(self) -> str:
        """The address that stands for every one of IPv6; without IPv6 another one of this machine."""
        with suppress(OSError), socket.create_server(("::1", 0), family=socket.AF_INET6):
            return "[::1]"
        return "127.0.0.2"

    def translated(self, text: str) -> str:
        """Return a text of the page with the paths and ports of this folder."""
        for pattern, replacement in self._translations():
            text = re.sub(pattern, replacement, text)
        return text

    def _translations(self) -> list[tuple[str, str]]:
        """Return regular expressions that Python and sed both understand."""
        https = f"{HOST}:{self.ports['443']}"
        return [
            *((path, f"{self.folder}{path}") for path in (*PATHS, *MORE_PATHS)),
            (f"{HOST}:443", https),
            (f"https://{HOST}", f"https://{https}"),
            ("listen 443", f"listen 127.0.0.1:{self.ports['443']}"),
            ("listen 80", f"listen 127.0.0.1:{self.ports['80']}"),
            (r"listen \[::\]:443", f"listen {self.second_address}:{self.ports['443']}"),
            (r"listen \[::\]:80", f"listen {self.second_address}:{self.ports['80']}"),
            (r"\b8001\b", str(self.ports["8001"])),
            (r"\b8002\b", str(self.ports["8002"])),
            ("127.0.0.1:5432", f"127.0.0.1:{urlsplit(self.database_url).port}"),
            ("smtp.tls:..user:password@mail.example.com:587", "smtp://127.0.0.1:9"),
            ("GIT-ADDRESS-OF-THE-PORTAL", str(HERE)),
        ]

    def make(self, *, has_same_packages: bool) -> None:
        """Make the folder; with `has_same_packages` those that are installed here serve instead of downloaded ones."""
        for path in (*PATHS[2:4], *MORE_PATHS[1:], "/bin"):
            Path(f"{self.folder}{path}").mkdir(parents=True)
        if self.has_owners:
            self.folder.chmod(0o755)
        sed = "".join(f"s#{pattern}#{replacement}#g\n" for pattern, replacement in self._translations())
        (self.folder / "translation.sed").write_text(sed)
        user = owners.nginx_user(are_given=self.has_owners)
        (self.folder / "nginx.conf").write_text(_NGINX.format(folder=self.folder, user=user, types=MIME_TYPES))
        for name, script in self._stand_ins(has_same_packages=has_same_packages).items():
            file = self.folder / "bin" / name
            file.write_text(script)
            file.chmod(0o755)

    def _stand_ins(self, *, has_same_packages: bool) -> dict[str, str]:
        nginx, address = program(), urlsplit(self.database_url)
        if nginx is None:
            raise Refusal("nginx is not on this machine.")
        systemctl = HERE / "bench" / "deployment" / "systemctl.py"
        scripts = {
            **dict.fromkeys(("apt-get", "useradd", "groupadd", "usermod"), NOTHING),
            "install": owners.install_script(are_given=self.has_owners),
            "tar": _TAR.format(tar=shutil.which("tar"), folder=self.folder),
            "runuser": _RUNUSER.format(
                port=address.port,
                user=address.username,
                password=address.password,
                binaries=binaries(),
                as_portal=" ".join(owners.as_portal()) if self.has_owners else "",
            ),
            "nginx": f'#!/bin/sh\nexec {nginx} -e {self.folder}/nginx.log -c {self.folder}/nginx.conf "$@"\n',
            "systemctl": f'#!/bin/sh\nexec {sys.executable} {systemctl} {self.folder} "$@"\n',
        }
        python = owners.python() or sys.executable
        if has_same_packages:
            return scripts | {"python3": _SAME_PACKAGES.format(python=python, packages=owners.PACKAGES)}
        return scripts | {"python3": f'#!/bin/sh\nexec {python} "$@"\n'}

    def forget(self) -> None:
        """Forget what was called DEPLOY_…, as a new shell has."""
        (self.folder / "variables").write_text("")

    def run(self, commands: str) -> str:
        """Run commands as the administrator, and return what they said; what they call DEPLOY_… they still know later.

        Raises Refusal with all of it when one fails.
        """
        kept, path = self.folder / "variables", f"{self.folder}/bin:{self.folder}/usr/local/sbin:{os.environ['PATH']}"
        kept.touch()
        done = subprocess.run(
            ["sh", "-euc", f"set -a\n. {kept}\nset +a\n{commands}\nset | grep '^DEPLOY_' > {kept} || true"],
            env={**without_installation(), "PATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Refusal(f"{commands}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr
