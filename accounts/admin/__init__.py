"""People, mails and the audit trail in Django's admin, and what its pages of all apps stand on."""

from accounts.admin.audit_seals import AuditSealAdmin
from accounts.admin.audit_trail import AuditEventAdmin
from accounts.admin.mails import MailAdmin
from accounts.admin.people import UserAdmin

__all__ = ["AuditEventAdmin", "AuditSealAdmin", "MailAdmin", "UserAdmin"]
