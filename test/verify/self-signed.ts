/**
 * A certificate that signed itself, of 2020 to 2120, with its key, which is a secret to nobody. Its names:
 * DNS:alpha.test, DNS:*.delta.test; XmppAddr beta.test, ümlaut.test and "x.test, DNS:evil.test"; SRVName
 * _xmpp-server.gamma.test; 1.2.3.4 other.test. Made by openssl.
 */

export const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgMpjqvX4Vqa9xUoqD
fGZRJbIvEZOk4sl4FMreagmJANyhRANCAATAvKOwsoJxbbiHY9iocNSY5tTA9LlU
GPlRdo6658z2nqIk2vmb5Qtn3UQoMXWEyXdKEQCkHcUUCugZdx9T7ZXx
-----END PRIVATE KEY-----
`;

export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIICEDCCAbagAwIBAgICEAEwCgYIKoZIzj0EAwIwFTETMBEGA1UEAwwKYWxwaGEu
dGVzdDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFTETMBEGA1UE
AwwKYWxwaGEudGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMC8o7CygnFt
uIdj2Khw1Jjm1MD0uVQY+VF2jrrnzPaeoiTa+ZvlC2fdRCgxdYTJd0oRAKQdxRQK
6Bl3H1PtlfGjgfMwgfAwDwYDVR0TAQH/BAUwAwEB/zCBvQYDVR0RBIG1MIGyggph
bHBoYS50ZXN0ggwqLmRlbHRhLnRlc3SgFwYIKwYBBQUHCAWgCwwJYmV0YS50ZXN0
oBwGCCsGAQUFBwgFoBAMDsODwrxtbGF1dC50ZXN0oCUGCCsGAQUFBwgHoBkWF194
bXBwLXNlcnZlci5nYW1tYS50ZXN0oBMGAyoDBKAMDApvdGhlci50ZXN0oCMGCCsG
AQUFBwgFoBcMFXgudGVzdCwgRE5TOmV2aWwudGVzdDAdBgNVHQ4EFgQUsuWjeIps
mCEgyKlo/d3N6RIEtVUwCgYIKoZIzj0EAwIDSAAwRQIhAJTvy+U7nAY8RYSt4gAu
KoGlFNNsW3k5Bpxv5zPOTv+OAiBmDnUPrTZgelFNry+5RMlPqM2hrk0ceMe4TI+j
yIqGDQ==
-----END CERTIFICATE-----
`;
