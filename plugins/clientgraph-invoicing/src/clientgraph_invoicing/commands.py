"""Commands for the operator: ``clientgraph invoicing …``."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage
from typing import Annotated

import aiosmtplib
import typer

from clientgraph_invoicing import mail

app = typer.Typer(help="Invoices and welcome letters.", no_args_is_help=True)


@app.callback()
def invoicing() -> None:
    """Invoices and welcome letters."""


@app.command()
def test_mail(
    ctx: typer.Context, address: Annotated[str, typer.Argument(help="Where to send it.")]
) -> None:
    """Send a letter to an address, to see that the mail server is set up rightly."""
    settings = ctx.obj.settings
    if not mail.is_set_up(settings):
        typer.echo("No mail server is set up: set smtp_host and smtp_from.", err=True)
        raise typer.Exit(1)
    message = EmailMessage()
    message["From"], message["To"] = settings["smtp_from"], address
    message["Subject"] = "clientgraph"
    message.set_content("The mail server is set up.")
    try:
        asyncio.run(mail.hand_in(settings, message))
    except (aiosmtplib.SMTPException, OSError) as error:
        typer.echo(f"The mail server did not take it: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"Handed to {settings['smtp_host']} for {address}.")
