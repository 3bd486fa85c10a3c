/** The zones that the conformance cases ask: what the server derives for contoso.com, and some static content. */

import { snapshotOfZones } from "./harness.ts";

export const SERIAL = 2026112201;
export const SOA = `contoso.com. 300 SOA ns1.contoso.com. hostmaster.contoso.com. ${SERIAL} 7200 900 1209600 300`;

export const CONTOSO = `
@ 3600                  IN SOA  ns1 hostmaster 0 7200 900 1209600 300
@ 3600                  IN NS   ns1
@ 3600                  IN MX   10 mail
ns1 3600                IN A    203.0.113.53
mail 3600               IN A    203.0.113.25
_xmpp-server._tcp 3600  IN SRV  0 0 5269 xmpp
xmpp 300                IN A    203.0.113.10
xmpp 300                IN A    203.0.113.11
xmpp 300                IN AAAA 2001:db8::10
www 3600                IN A    203.0.113.80
opaque 3600             IN TYPE65280 \\# 3 010203
dotted\\.label 3600      IN A    203.0.113.81
refused._tcp 3600       IN SRV  0 0 0 .
`;

export const snapshot = snapshotOfZones({ "contoso.com.": CONTOSO }, SERIAL);
