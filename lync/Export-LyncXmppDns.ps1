<#
.SYNOPSIS
Exports what xmpp-edge-dns needs to know of a Lync Server 2013 or Skype for Business Server 2015 deployment.

.DESCRIPTION
Reads the deployment with Get-Cs* cmdlets, changes nothing, and writes one JSON file: SIP domains, sites and their
XMPP federation routes, pools, Edge services, external network interfaces, the Access Edge configuration, external
access policies, XMPP allowed partners, and users counted by SIP domain, registrar pool, policy and state.

No user's address is written, and no secret: Get-CsXmppGatewayConfiguration, which holds the dialback passphrase,
is not called.

Run it in the Lync Server Management Shell, as anybody who may run its Get-Cs* cmdlets. The file can stand
beside the deployment file ("lync: { export: lync-export.json }"), where it is followed whenever it changes, or be
imported once ("xmpp-edge-dns import lync-export.json").

.PARAMETER Path
The file to write. An existing one is replaced.

.PARAMETER SkipUsers
Leaves out the users, which take longest. Then one policy that enables XMPP is enough for every SIP domain.

.EXAMPLE
.\Export-LyncXmppDns.ps1

.EXAMPLE
.\Export-LyncXmppDns.ps1 -Path \\dns1\config\lync-export.json
#>
#Requires -Version 3.0
[CmdletBinding()]
param(
    [ValidateNotNullOrEmpty()]
    [string] $Path = 'lync-export.json',

    [switch] $SkipUsers
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

# Identities, enumerations and addresses are objects, which ConvertTo-Json would take apart or number: texts are wanted.
function ConvertTo-Text($Value) {
    if ($null -eq $Value) { return '' }
    return [string]$Value
}

# A property, or nothing where this version of Lync has no such property.
function Get-Property($InputObject, [string] $Name) {
    $property = $InputObject.PSObject.Properties[$Name]
    if ($null -eq $property) { return $null }
    return $property.Value
}

function Get-TextProperty($InputObject, [string] $Name) {
    return ConvertTo-Text (Get-Property $InputObject $Name)
}

function Get-TextList($InputObject, [string] $Name) {
    foreach ($item in @(Get-Property $InputObject $Name)) {
        if ($null -ne $item) { ConvertTo-Text $item }
    }
}

# True and false stay what they are; a property that is missing stays missing (null).
function Get-FlagProperty($InputObject, [string] $Name) {
    $value = Get-Property $InputObject $Name
    if ($null -eq $value) { return $null }
    return [bool]$value
}

# Ports and versions as numbers; an empty one, as of a service that is not enabled, as null.
function Get-NumberProperty($InputObject, [string] $Name) {
    $text = Get-TextProperty $InputObject $Name
    if ($text -eq '') { return $null }
    return [int64]$text
}

function Export-SipDomain {
    foreach ($domain in @(Get-CsSipDomain)) {
        [ordered]@{
            Name      = Get-TextProperty $domain 'Name'
            IsDefault = Get-FlagProperty $domain 'IsDefault'
        }
    }
}

function Export-Site {
    foreach ($site in @(Get-CsSite)) {
        [ordered]@{
            Identity            = Get-TextProperty $site 'Identity'
            XmppFederationRoute = Get-TextProperty $site 'XmppFederationRoute'
        }
    }
}

function Export-Pool {
    foreach ($pool in @(Get-CsPool)) {
        [ordered]@{
            Fqdn      = Get-TextProperty $pool 'Fqdn'
            Site      = Get-TextProperty $pool 'Site'
            Computers = [string[]]@(Get-TextList $pool 'Computers')
            Services  = [string[]]@(Get-TextList $pool 'Services')
        }
    }
}

function Export-EdgeService {
    foreach ($service in @(Get-CsService -EdgeServer)) {
        $edge = [ordered]@{
            PoolFqdn               = Get-TextProperty $service 'PoolFqdn'
            SiteId                 = Get-TextProperty $service 'SiteId'
            AccessEdgeExternalFqdn = Get-TextProperty $service 'AccessEdgeExternalFqdn'
            Version                = Get-NumberProperty $service 'Version'
        }
        # Without the property nobody knows whether XMPP is enabled, which is not the same as an empty one.
        if ($null -ne $service.PSObject.Properties['XmppListeningPort']) {
            $edge['XmppListeningPort'] = Get-NumberProperty $service 'XmppListeningPort'
        }
        $edge
    }
}

function Export-ExternalInterface {
    foreach ($interface in @(Get-CsNetworkInterface)) {
        if ((Get-TextProperty $interface 'Interface') -ne 'External') { continue }
        [ordered]@{
            ComputerFqdn          = Get-TextProperty $interface 'ComputerFqdn'
            Interface             = 'External'
            InterfaceNumber       = Get-NumberProperty $interface 'InterfaceNumber'
            IPAddress             = Get-TextProperty $interface 'IPAddress'
            IPv6Address           = Get-TextProperty $interface 'IPv6Address'
            ConfiguredIPAddress   = Get-TextProperty $interface 'ConfiguredIPAddress'
            ConfiguredIPv6Address = Get-TextProperty $interface 'ConfiguredIPv6Address'
        }
    }
}

function Export-AccessEdgeConfiguration {
    [ordered]@{
        AllowFederatedUsers = Get-FlagProperty (Get-CsAccessEdgeConfiguration) 'AllowFederatedUsers'
    }
}

function Export-ExternalAccessPolicy {
    foreach ($policy in @(Get-CsExternalAccessPolicy)) {
        [ordered]@{
            Identity               = Get-TextProperty $policy 'Identity'
            EnableFederationAccess = Get-FlagProperty $policy 'EnableFederationAccess'
            EnableXmppAccess       = Get-FlagProperty $policy 'EnableXmppAccess'
        }
    }
}

# A version without XMPP may come without the cmdlet, and so without partners.
function Export-XmppAllowedPartner {
    if ($null -eq (Get-Command -Name Get-CsXmppAllowedPartner -ErrorAction SilentlyContinue)) { return }
    foreach ($partner in @(Get-CsXmppAllowedPartner)) {
        [ordered]@{
            Domain                     = Get-TextProperty $partner 'Domain'
            AdditionalDomains          = [string[]]@(Get-TextList $partner 'AdditionalDomains')
            PartnerType                = Get-TextProperty $partner 'PartnerType'
            TlsNegotiation             = Get-TextProperty $partner 'TlsNegotiation'
            SaslNegotiation            = Get-TextProperty $partner 'SaslNegotiation'
            SupportDialbackNegotiation = Get-FlagProperty $partner 'SupportDialbackNegotiation'
            EnableKeepAlive            = Get-FlagProperty $partner 'EnableKeepAlive'
            ConnectionLimit            = Get-NumberProperty $partner 'ConnectionLimit'
            ProxyFqdn                  = Get-TextProperty $partner 'ProxyFqdn'
        }
    }
}

# Users are counted one by one as they come, so that none of their addresses outlives this loop.
function Export-UserGroup {
    $groups = @{}
    Get-CsUser | ForEach-Object {
        $address = Get-TextProperty $_ 'SipAddress'
        if ($address -match '@([^@]+)$') {
            $group = [ordered]@{
                sipDomain     = $Matches[1].ToLowerInvariant()
                registrarPool = (Get-TextProperty $_ 'RegistrarPool').ToLowerInvariant()
                policy        = Get-TextProperty $_ 'ExternalAccessPolicy'
                enabled       = (Get-FlagProperty $_ 'Enabled') -ne $false
                count         = 0
            }
            $key = @($group['sipDomain'], $group['registrarPool'], $group['policy'], $group['enabled']) -join '|'
            if (-not $groups.ContainsKey($key)) { $groups[$key] = $group }
            $groups[$key]['count'] += 1
        }
    }
    foreach ($key in @($groups.Keys | Sort-Object)) { $groups[$key] }
}

$export = [ordered]@{
    schema                 = 'xmpp-edge-dns/lync-export/1'
    generatedUtc           = (Get-Date).ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ')
    sipDomains             = @(Export-SipDomain)
    sites                  = @(Export-Site)
    pools                  = @(Export-Pool)
    edges                  = @(Export-EdgeService)
    interfaces             = @(Export-ExternalInterface)
    accessEdge             = Export-AccessEdgeConfiguration
    externalAccessPolicies = @(Export-ExternalAccessPolicy)
    xmppPartners           = @(Export-XmppAllowedPartner)
}
if (-not $SkipUsers) { $export['userGroups'] = @(Export-UserGroup) }

# Never half a file, as the server may read it at any moment.
$file = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
$json = ConvertTo-Json -InputObject $export -Depth 6
[System.IO.File]::WriteAllText("$file.new", $json + "`n", (New-Object System.Text.UTF8Encoding($false)))
Move-Item -LiteralPath "$file.new" -Destination $file -Force
Write-Verbose "Wrote $file"
