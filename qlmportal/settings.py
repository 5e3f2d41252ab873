"""The portal's settings: everything that differs between installations comes from the environment.

The README lists the names. Values made once for an installation lie in `secrets.env` in the
data folder; the environment wins over them. A name that begins with PORTAL_ and is not
known here stops the start.
"""

from pathlib import Path
from urllib.parse import quote

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from qlmportal.database import database_settings
from qlmportal.environment import (
    check_encryption_keys,
    check_secret_key,
    parse_colour,
    parse_logo,
    parse_portal_url,
    parse_proxies,
    parse_second_step_for,
    parse_session_limits,
    read_environment,
)
from qlmportal.files import parse_accel, parse_largest_file, release_files
from qlmportal.mail import mail_sender, mail_server
from qlmportal.providers import provider_settings

BASE_DIR = Path(__file__).resolve().parent.parent
environment, PORTAL_DATA_DIR = read_environment(BASE_DIR / "var")

# The installation
_address = parse_portal_url(environment.str("PORTAL_URL", default="http://127.0.0.1:8000"))
PORTAL_URL = _address.origin
PORTAL_NAME = environment.str("PORTAL_NAME", default="License Portal")
PORTAL_VENDOR = environment.str("PORTAL_VENDOR", default="")
PORTAL_SUPPORT_ADDRESS = environment.str("PORTAL_SUPPORT_ADDRESS", default="")
PORTAL_COLOUR = parse_colour(environment.str("PORTAL_COLOUR", default=""))
PORTAL_LOGO = parse_logo(environment.str("PORTAL_LOGO", default=""))
PORTAL_TRUSTED_PROXIES = parse_proxies(environment.str("PORTAL_TRUSTED_PROXIES", default="0"))
PORTAL_SECOND_STEP_FOR = parse_second_step_for(
    environment.str("PORTAL_SECOND_STEP_FOR") if "PORTAL_SECOND_STEP_FOR" in environment else None
)
PORTAL_SESSION_IDLE, PORTAL_SESSION_LONGEST = parse_session_limits(
    environment.str("PORTAL_SESSION_IDLE", default="72"), environment.str("PORTAL_SESSION_LONGEST", default="336")
)
PORTAL_FILES_ACCEL = parse_accel(environment)
PORTAL_MAX_RELEASE_FILE = parse_largest_file(environment)
PORTAL_MAIL_SERVER = mail_server(environment.str("EMAIL_URL", default=""))
SECRET_KEY = check_secret_key(environment.str("PORTAL_SECRET_KEY", default=""))
PORTAL_ENCRYPTION_KEYS = check_encryption_keys(environment.list("PORTAL_ENCRYPTION_KEYS", default=[]))
SECRET_KEY_FALLBACKS: list[str] = environment.list("PORTAL_SECRET_KEY_FALLBACKS", default=[])

DEBUG = False
ROOT_URLCONF = "qlmportal.urls"
WSGI_APPLICATION = "qlmportal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "accounts",
    "accounts.providers",
    "organizations",
    "licenses",
    "qlmportal.apps.PortalConfig",
    "qlmportal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "post_office",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "qlmportal.middleware.origin",
    "qlmportal.middleware.https_for_programs",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "qlmportal.middleware.response_headers",
    "qlmportal.middleware.CompressionMiddleware",
    "qlmportal.middleware.bad_input",
    "qlmportal.middleware.demo_stays_local",
    "qlmportal.htmx.leave_the_page",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.OwnPasswordMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.SessionLimitsMiddleware",
    "accounts.middleware.BrowserMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "organizations.middleware.ViewerMiddleware",
    "organizations.middleware.SecondStepMiddleware",
    "qlmportal.release_uploads.release_uploads",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "organizations.context.portal",
            ]
        },
    }
]

# Databases and cache
DATABASE_URL = environment.str("DATABASE_URL", default=f"sqlite:///{quote(f'{PORTAL_DATA_DIR}/portal.sqlite3')}")
DATABASES = {"default": database_settings(DATABASE_URL)}
DATABASE_CACHE = {
    "BACKEND": "django.core.cache.backends.db.DatabaseCache",
    "LOCATION": "portal_cache",
    "OPTIONS": {"MAX_ENTRIES": 100_000},
}
CACHES = {"default": environment.cache_url("CACHE_URL") if "CACHE_URL" in environment else DATABASE_CACHE}

# Sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["organizations.sign_in.RolesBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "licenses:overview"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_RESET_TIMEOUT = 3600
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "accounts.passwords.MaximumLengthValidator", "OPTIONS": {"max_length": 128}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "full_name"]},
    },
    {"NAME": "accounts.passwords.NameSimilarityValidator", "OPTIONS": {"names": "qlmportal.names.names_to_avoid"}},
]
ACCOUNT_ADAPTER = "accounts.signin.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.sign_in.SignInForm",
    "confirm_login_code": "accounts.forms.codes.ConfirmCodeForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_TIMEOUT = 900
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "passkey": "20/m/ip",
    "second_step": "10/m/ip,5/300s/key,20/d/key",
    "change_password": "5/m/user,20/h/user",
    "reset_password": "10/m/ip,60/h/ip",
    "reset_password_here": "5/h/key",
    "reset_password_to": "20/h/key",
    "request_proof": "5/10m/user,20/d/user",
    "confirm_proof": "10/10m/user,40/d/user",
    "change_address": "5/h/user,10/d/user,3/d/key",
    "confirm_address": "10/10m/user",
    "request_login_code": "10/m/ip,60/h/ip",
    "request_login_code_here": "5/h/key",
    "request_login_code_to": "20/h/key",
    "confirm_login_code": "20/m/ip,60/h/key",
    "provider_login": "30/m/ip",
}
SOCIALACCOUNT_ADAPTER = "organizations.sign_in.IdentityAdapter"
SOCIALACCOUNT_PROVIDERS = provider_settings(environment)
MFA_ADAPTER = "organizations.second_step.RolesSecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True

# Mail: what anything sends through Django is queued too
EMAIL_BACKEND = "accounts.mail_backend.QueueBackend"
DEFAULT_FROM_EMAIL = mail_sender(
    environment.str("PORTAL_MAIL_FROM", default=""), is_needed=PORTAL_MAIL_SERVER is not None
)

# Cookies and headers
_cookie_prefix = "__Host-" if _address.is_https else ""
ALLOWED_HOSTS = _address.allowed_hosts
CSRF_TRUSTED_ORIGINS = [_address.origin]
CSRF_COOKIE_NAME = f"{_cookie_prefix}csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = _address.is_https
CSRF_FAILURE_VIEW = "qlmportal.errors.csrf_failure"
SESSION_COOKIE_NAME = f"{_cookie_prefix}sessionid"
SESSION_COOKIE_SECURE = _address.is_https
SESSION_COOKIE_AGE = int(PORTAL_SESSION_LONGEST.total_seconds())
SESSION_ENGINE = "django.contrib.sessions.backends.db"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
BROWSER_COOKIE_NAME = f"{_cookie_prefix}browser"
THEME_COOKIE_NAME = f"{_cookie_prefix}theme"
SECURE_SSL_REDIRECT = _address.is_https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if _address.is_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _address.is_https
SECURE_HSTS_PRELOAD = _address.is_https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PORTAL_TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "upgrade-insecure-requests": _address.is_https,
    }
}
FILE_UPLOAD_HANDLERS = [
    "qlmportal.uploads.TextNamesOnly",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# Language, time, files
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = PORTAL_DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PORTAL_DATA_DIR / "files"},
    },
    "release_files": release_files(environment, PORTAL_DATA_DIR),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # pages name no others

# Log lines: to standard error, without bodies of requests and without rows of the database
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "qlmportal.logs.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "post_office": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "portal": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
