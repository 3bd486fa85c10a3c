#!/bin/sh
# The account user@alpha.test (password: secret), then the server.
set -eu
rm -f /run/prosody/*
. /lab/use-dns.sh
prosodyctl register user alpha.test secret
exec setpriv --reuid prosody --regid prosody --init-groups prosody -F
