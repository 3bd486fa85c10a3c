-- alpha.test, and nothing that a lab of two servers has no use for.
admin_socket = "/run/prosody/prosody.sock" -- for prosodyctl shell
pidfile = "/run/prosody/prosody.pid"
modules_enabled = { "roster", "saslauth", "tls", "disco", "ping", "admin_shell" }
modules_disabled = { "offline" }
authentication = "internal_hashed"
log = { { levels = { min = "info" }, to = "console" } }

-- lua-unbound answers "test." by itself, that there is none (RFC 6761).
unbound = { resolvconf = true, options = { ["local-zone:"] = "test. transparent" } }

network_settings = { connect_timeout = 5 } -- seconds until it tries the next address; 20, the usual ones, look broken

c2s_require_encryption = true
s2s_require_encryption = true
s2s_secure_auth = true -- the other side has to have a certificate of the CA, not just the right DNS
ssl = { cafile = "/certificates/ca.crt" }

VirtualHost "alpha.test"
  ssl = { certificate = "/certificates/alpha.test.crt", key = "/certificates/alpha.test.key", cafile = "/certificates/ca.crt" }
