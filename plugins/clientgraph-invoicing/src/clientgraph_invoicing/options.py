"""What can be set: the mail server by the operator, letters and numbers by a workspace."""

from __future__ import annotations

from typing import Final

from clientgraph import PluginSettings

SETTINGS: Final = PluginSettings(
    instance={
        "type": "object",
        "additionalProperties": False,
        "dependentRequired": {"smtp_host": ["smtp_from"], "smtp_user": ["smtp_password"]},
        "properties": {
            "smtp_host": {
                "type": "string",
                "title": "Mail server",
                "description": "Where letters are handed in. Without one, none is sent.",
                "minLength": 1,
            },
            "smtp_port": {
                "type": "integer",
                "title": "Port",
                "minimum": 1,
                "maximum": 65535,
                "default": 587,
            },
            "smtp_security": {
                "enum": ["starttls", "tls", "none"],
                "title": "Encryption",
                "description": "STARTTLS, TLS from the first byte, or none (own network only).",
                "default": "starttls",
            },
            "smtp_user": {"type": "string", "title": "User", "minLength": 1},
            "smtp_password": {"type": "string", "title": "Password", "writeOnly": True},
            "smtp_from": {
                "type": "string",
                "title": "Sender",
                "description": "The address that letters come from.",
                "pattern": r"^[^\s@<>,]+@[^\s@<>,]+$",
            },
        },
    },
    workspace={
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "invoice_number_prefix": {
                "type": "string",
                "title": "Prefix of invoice numbers",
                "pattern": "^[A-Za-z0-9/_.-]{0,20}$",
                "default": "INV-",
            },
            "welcome_enabled": {
                "type": "boolean",
                "title": "Welcome new clients",
                "description": "Send each new client a welcome letter as soon as it is active.",
                "default": False,
            },
            "welcome_linked_only": {
                "type": "boolean",
                "title": "Only linked clients",
                "description": "Welcome those alone that are linked with the integration "
                "WELCOME_LETTER when they are made, by their template for example.",
                "default": False,
            },
            "welcome_message": {
                "type": "string",
                "title": "Message",
                "description": "{client}, {contact} and {firm} stand for their names.",
                "maxLength": 2000,
            },
            "payment_terms": {
                "type": "string",
                "title": "Payment terms",
                "description": "As the letter tells them.",
                "maxLength": 500,
            },
            "payment_reminder_days": {
                "type": "integer",
                "title": "Reminder after",
                "description": "Days after the due date, as the letter tells them.",
                "minimum": 1,
                "maximum": 365,
            },
            "reply_to": {
                "type": "string",
                "title": "Answers go to",
                "description": "The e-mail address for answers to the letter.",
                "pattern": r"^[^\s@<>,]+@[^\s@<>,]+$",
                "maxLength": 254,
            },
        },
    },
)
