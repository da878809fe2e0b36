"""Post summaries to a real HTTP server on loopback; the address is never shown."""

from __future__ import annotations

import logging
import ssl

import pytest
import trustme
from support.receivers import WEBHOOK_SECRET as SECRET
from support.receivers import Chat, serving_chat

from csat_analysis.delivery.webhook import check_webhook, post, to_text
from csat_analysis.errors import DeliveryError, InvalidValue, SettingsError
from csat_analysis.settings import SecretText, load_settings


def test_the_summary_arrives_as_text_in_json():
    with serving_chat(Chat()) as chat:
        post(
            to_text("Billing: no clear change", ["91 % were good.", "To do: nothing."]), SecretText(chat.url)
        )
    said = {"text": "Billing: no clear change\n• 91 % were good.\n• To do: nothing."}
    assert chat.posted == [(f"/hook/{SECRET}", "application/json", said)]


def test_a_name_that_mentions_everyone_in_a_chat_is_escaped():
    assert to_text("<!channel>", ["<@U123> & co."]) == "‹!channel›\n• ‹@U123› & co."


@pytest.mark.parametrize("status", [404, 500, 403])
def test_a_refusal_is_an_error_with_host_and_status_but_without_the_address(status):
    with (
        serving_chat(Chat(status)) as chat,
        pytest.raises(DeliveryError, match=f"127.0.0.1 answered {status}") as failure,
    ):
        post("x", SecretText(chat.url))
    assert SECRET not in str(failure.value)


@pytest.mark.parametrize("status", [200, 307, 500])
def test_the_address_is_in_no_log_at_the_level_debug(status, caplog):
    caplog.set_level(logging.DEBUG)
    with serving_chat(Chat(status)) as chat:
        try:
            post("x", SecretText(chat.url))
        except DeliveryError as error:
            logging.getLogger("mine").exception("failed", exc_info=error)
        logging.getLogger("urllib3.connectionpool").debug("later lines are kept")
    assert "later lines are kept" in caplog.text
    assert SECRET not in caplog.text


def test_a_redirect_is_not_followed():
    with serving_chat(Chat()) as elsewhere, serving_chat(Chat(307, elsewhere.url)) as chat:
        with pytest.raises(DeliveryError, match="answered 307"):
            post("x", SecretText(chat.url))
        assert elsewhere.posted == []


def test_an_untrusted_certificate_is_refused():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    chat = Chat()
    chat.socket = context.wrap_socket(chat.socket, server_side=True, do_handshake_on_connect=False)
    chat.handle_error = lambda *_: None  # the broken handshake is what we ask for
    with (
        serving_chat(chat),
        pytest.raises(DeliveryError, match="no safe connection to the webhook at 127.0.0.1"),
    ):
        post("x", SecretText(chat.url.replace("http:", "https:")))
    assert chat.posted == []


def test_a_server_that_is_not_there_is_an_error_without_the_address():
    chat = Chat()
    chat.server_close()
    with pytest.raises(DeliveryError, match="cannot reach the webhook at 127.0.0.1") as failure:
        post("x", SecretText(chat.url))
    assert SECRET not in str(failure.value)


@pytest.mark.parametrize("host", ["chat..example.com", f"{'c' * 64}.example.com"])
def test_an_invalid_host_name_is_an_error_without_the_address(host, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")  # a proxy would answer for it
    with pytest.raises(DeliveryError, match=f"cannot reach the webhook at {host}") as failure:
        post("x", SecretText(f"https://{host}/{SECRET}"))
    assert SECRET not in str(failure.value)


@pytest.mark.parametrize(
    "given",
    [
        f"http://chat.example.com/{SECRET}",
        f"ftp://x/{SECRET}",
        SECRET,
        "",
        "https://",
        f"https://x:y/{SECRET}",
    ],
)
def test_only_https_or_loopback_addresses_are_used(given):
    with pytest.raises(InvalidValue, match="not an https address") as failure:
        check_webhook(given, load_settings(env_file=False))
    assert SECRET not in str(failure.value)


def test_the_word_csat_webhook_means_the_setting():
    url = f"https://chat.example.com/{SECRET}?x=1"
    settings = load_settings(env_file=False, csat_webhook=url)
    assert check_webhook("CSAT_WEBHOOK", settings).reveal() == url
    assert SECRET not in repr(settings)
    with pytest.raises(SettingsError, match="CSAT_WEBHOOK is not set"):
        check_webhook("CSAT_WEBHOOK", load_settings(env_file=False))
