#!/bin/sh
# The server, then the account user@beta.test (password: secret).
set -eu
rm -f /run/ejabberd/ready
. /lab/use-dns.sh
ejabberdctl foreground &
server=$!
trap 'ejabberdctl stop; wait $server; exit 0' TERM INT
ejabberdctl started
ejabberdctl registered_users beta.test | grep -qx user || ejabberdctl register user beta.test secret
touch /run/ejabberd/ready
wait $server
