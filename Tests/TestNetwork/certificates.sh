#!/usr/bin/env bash
# Makes authorities and certificates for the tests in the folder $1: office-ca.pem and foreign-ca.pem, and NAME.pem with
# NAME.key for good, expired, future and elsewhere (signed by the office's) and foreign (signed by the other).
set -euo pipefail
cd "$1"

export OPENSSL_CONF=openssl.cnf
cat >openssl.cnf <<'CNF'
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[ca]
default_ca = office
[office]
database = index.txt
rand_serial = yes
default_md = sha256
policy = policy
new_certs_dir = .
unique_subject = no
[policy]
commonName = supplied
[leaf]
basicConstraints = critical, CA:false
extendedKeyUsage = serverAuth
subjectAltName = DNS:api.example.com, DNS:pictures.example.com, DNS:localhost, IP:127.0.0.1, IP:::1, IP:203.0.113.9
[other_host]
basicConstraints = critical, CA:false
extendedKeyUsage = serverAuth
subjectAltName = DNS:elsewhere.example.com
CNF
: >index.txt

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }

authority() {
    key "$1"
    openssl req -x509 -new -key "$1.key" -subj "/CN=$1 of a test" -days 30 -extensions authority -out "$1.pem"
}

# leaf NAME AUTHORITY EXTENSIONS [FROM TO]
leaf() {
    key "$1"
    openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
    local times=(-days 7)
    if [ $# -gt 3 ]; then times=(-startdate "$4" -enddate "$5"); fi
    openssl ca -batch -notext -in "$1.csr" -cert "$2.pem" -keyfile "$2.key" -extensions "$3" "${times[@]}" -out "$1.pem"
}

authority office-ca
authority foreign-ca
leaf good office-ca leaf
leaf expired office-ca leaf 20200101000000Z 20210203000000Z
leaf future office-ca leaf 20900405000000Z 20910101000000Z
leaf elsewhere office-ca other_host
leaf foreign foreign-ca leaf
