"""The address that the account's JSON names as its own."""

# a name in .example can never be a real account (RFC 2606)
SITE = "https://fake-zendesk.example"
