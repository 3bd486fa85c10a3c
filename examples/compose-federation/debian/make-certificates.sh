#!/bin/sh
# A CA of this lab's own, and a certificate for each XMPP domain given: for s2s (SASL EXTERNAL) and clients.
set -eu
cd /certificates
[ -e ready ] && exit 0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 3650 \
  -subj "/CN=CA of the federation lab" -keyout ca.key -out ca.crt
for domain in "$@"; do
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -subj "/CN=$domain" \
    -keyout "$domain.key" -out "$domain.csr"
  printf 'subjectAltName=DNS:%s,DNS:xmpp.%s\nextendedKeyUsage=serverAuth,clientAuth\n' "$domain" "$domain" >"$domain.ext"
  openssl x509 -req -in "$domain.csr" -CA ca.crt -CAkey ca.key -days 3650 -extfile "$domain.ext" -out "$domain.crt"
  cat "$domain.crt" "$domain.key" >"$domain.pem"
done
rm ./*.csr ./*.ext
chmod 644 ./* # the servers run as users of their own; outside of a lab, give each its own key alone
touch ready
