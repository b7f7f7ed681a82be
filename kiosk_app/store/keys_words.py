"""What a technician is told about who holds the keys, by `KeyHolder.describe()`."""

HELD = {
    "tpm": "held by this machine's TPM, the signing key inside it",
    "systemd": "held by this machine's TPM through systemd",
    "windows": "held by this machine's TPM",
    "dpapi": "WARNING: bound to the account only, without a TPM: whoever takes the PC may take them too",
    "file": "WARNING: held in files on this disk: whoever takes the PC takes them too",
}
