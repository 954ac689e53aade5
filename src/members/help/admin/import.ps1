<#
.SYNOPSIS
電子証明書のファイル（.p12）を、いまWindowsにサインインしている方の証明書ストアに取り込みます。

.DESCRIPTION
取り込み先は「現在のユーザー」の「個人」です。秘密キーは、あとから取り出せない形で取り込みます。
電子証明書を使う方の名前でWindowsにサインインして、実行してください。管理者の権限は要りません。

.PARAMETER Path
取り込むファイル。省略すると、「ダウンロード」のフォルダーで一番新しい .p12 ファイルを使います。

.PARAMETER WithRoot
このサービスのルート証明書も取り込みます。Windowsが確認の画面を表示します。

.EXAMPLE
powershell -ExecutionPolicy Bypass -File .\sekisho-import.ps1 -Path D:\MNS_123456cert.p12 -WithRoot
#>
[CmdletBinding()]
param(
    [string]$Path,
    [switch]$WithRoot
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$Service = @@SERVICE@@
$Portal = @@PORTAL@@
$Root = @@ROOT@@
$RootSha256 = @@ROOT_SHA256@@
# 電子証明書の発行者の名前（DER、Base64）
$Issuers = @(
    @@ISSUERS@@
)

function Stop-Here([string[]]$Lines) {
    Write-Host ''
    foreach ($Line in $Lines) { Write-Host $Line -ForegroundColor Yellow }
    exit 1
}

function Find-File {
    if ($Path) { return $Path }
    $Downloads = Join-Path $HOME 'Downloads'
    $Newest = Get-ChildItem -Path $Downloads -Filter '*.p12' -File -ErrorAction SilentlyContinue |
        Sort-Object -Property LastWriteTime -Descending | Select-Object -First 1
    if (-not $Newest) {
        Stop-Here @('電子証明書のファイル（.p12）が「ダウンロード」のフォルダーに見つかりません。',
            '-Path に続けて、ファイルの場所を指定してください。')
    }
    return $Newest.FullName
}

function Open-File([string]$File) {
    for ($Try = 1; $Try -le 3; $Try++) {
        $Password = Read-Host -Prompt '電子証明書のパスワード（入力した文字は見えません）' -AsSecureString
        try {
            $Content = Get-PfxData -FilePath $File -Password $Password
            return @{ Content = $Content; Password = $Password }
        } catch {
            Write-Host 'このパスワードでは開けませんでした。大文字と小文字を確かめてください。' -ForegroundColor Yellow
        }
    }
    Stop-Here @('ファイルを開けませんでした。',
        'ご自分で発行した電子証明書は、発行したときのログインパスワードです。',
        '会社あてに受け取った電子証明書は、「アクセス情報シート」のインポートパスワードです。',
        'Windows Server 2016 以前では、発行の画面で「Mac・iPhone・iPad、または古い Windows Server」を選んで発行したファイルが要ります。')
}

function Import-Root {
    $File = Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid().ToString() + '.cer')
    try {
        [IO.File]::WriteAllBytes($File, [Convert]::FromBase64String($Root))
        Write-Host ''
        Write-Host 'ルート証明書を取り込みます。確認の画面が表示されたら、拇印を確かめて「はい」を押してください。'
        Write-Host ('  拇印 (SHA-1): ' + (Get-PfxCertificate -FilePath $File).Thumbprint)
        Write-Host ('  SHA-256: ' + $RootSha256.ToUpperInvariant())
        Import-Certificate -FilePath $File -CertStoreLocation 'Cert:\CurrentUser\Root' | Out-Null
        Write-Host 'ルート証明書を取り込みました。' -ForegroundColor Green
    } catch {
        Stop-Here @('ルート証明書は取り込まれませんでした。', $_.Exception.Message)
    } finally {
        Remove-Item -LiteralPath $File -Force -ErrorAction SilentlyContinue
    }
}

Write-Host $Service
Write-Host ('取り込む方（Windowsのユーザー）: ' + [Environment]::UserName)

$File = Find-File
if (-not (Test-Path -LiteralPath $File -PathType Leaf)) {
    Stop-Here @(('ファイルが見つかりません: ' + $File))
}
$File = (Resolve-Path -LiteralPath $File).ProviderPath
Write-Host ('ファイル: ' + $File)

$Opened = Open-File $File
$Certificate = @($Opened.Content.EndEntityCertificates) | Select-Object -First 1
if (-not $Certificate) {
    Stop-Here @('このファイルには、電子証明書が入っていません。')
}
if ($Issuers -notcontains [Convert]::ToBase64String($Certificate.IssuerName.RawData)) {
    Stop-Here @('このサービスの電子証明書ではありません。', ('発行者: ' + $Certificate.Issuer))
}
if ($Certificate.NotAfter -lt (Get-Date)) {
    Stop-Here @(('有効期限が切れています: ' + $Certificate.NotAfter.ToString('yyyy年M月d日')),
        '新しい電子証明書を発行してから、もう一度お試しください。')
}

$Place = 'Cert:\CurrentUser\My\' + $Certificate.Thumbprint
if (Test-Path -LiteralPath $Place) {
    Write-Host 'この電子証明書は、すでに取り込まれています。' -ForegroundColor Green
} else {
    try {
        Import-PfxCertificate -FilePath $File -CertStoreLocation 'Cert:\CurrentUser\My' -Password $Opened.Password | Out-Null
    } catch {
        Stop-Here @('取り込めませんでした。', $_.Exception.Message)
    }
    if (-not (Test-Path -LiteralPath $Place)) {
        Stop-Here @('取り込みが終わりましたが、証明書ストアに電子証明書が見つかりません。')
    }
    Write-Host '正しく取り込まれました。' -ForegroundColor Green
}
Write-Host ('  名前: ' + $Certificate.Subject)
Write-Host ('  有効期限: ' + $Certificate.NotAfter.ToString('yyyy年M月d日'))

if ($WithRoot) { Import-Root }

Write-Host ''
Write-Host 'ブラウザの画面をすべて閉じてから、もう一度開いてください。'
Write-Host ('  ' + $Portal)
exit 0
