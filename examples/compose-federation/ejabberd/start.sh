#!/bin/sh
# The server, then the account user@beta.test (password: secret).
set -eu
rm -f /run/ejabberd/ready
ejabberdctl foreground &
server=$!
trap 'ejabberdctl stop; wait $server; exit 0' TERM INT
ejabberdctl started
ejabberdctl register user beta.test secret
touch /run/ejabberd/ready
wait $server
