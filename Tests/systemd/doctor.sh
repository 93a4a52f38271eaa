# SPDX-License-Identifier: Apache-2.0
# The step of boot.sh that asks `doctor`: as root, as the service's user, and as one who only drops.

# Asks as this user, whose shell has what the service has not: nothing of it may count.
ask_doctor() {
    # An end other than 0 says what was found as well.
    as "$1" 'https_proxy=http://192.0.2.1:1 BANANADROP_API_KEY=mine bananadrop doctor' >"$work/doctor.$1" || true
}
# What doctor has told this user, as LEVEL: FINDING, without how long it took: `told USER SUBJECT`.
told() { sed -nE "s/ within [0-9.]+ m?s//; s/^(ok|warn|fail) +$2  +/\1: /p" "$work/doctor.$1"; }
# `finds USER SUBJECT WORDS`
finds() {
    says "$3" told "$1" "$2" || {
        echo "doctor tells $1 of $2: $(told "$1" "$2")" >&2
        return 1
    }
}

doctor_says_the_same_to_all() {
    local user subject
    for user in root bananadrop ada; do ask_doctor "$user"; done
    for subject in configuration spool permissions daemon key api prices; do
        diff <(told root "$subject") <(told bananadrop "$subject")
    done
    for user in root bananadrop; do
        finds "$user" spool "ok: $spool is on one file system, and a trial worked as bananadrop"
        finds "$user" key 'ok: it comes from /run/credentials/bananadrop.service/api-key'
        finds "$user" api 'ok: http://127.0.0.1:8787 answers and does not refuse the key'
    done
    # Who may neither write to processing/ nor read the key is told so, and whom to ask: that is no failure.
    finds ada configuration 'ok: /etc/bananadrop/config.yaml can be read'
    finds ada spool 'was not tried: it runs as bananadrop, and ada may not write there; run `doctor` as root'
    finds ada key 'warn: there is none here; this user cannot see whether the service manager gave one'
    finds ada events 'ok: a file made in the inbox was seen'
    is_not grep '^fail' "$work/doctor.ada"
    # A member of the group needs no option, and no folder to stand in.
    says 'running: process' as ada 'cd / && bananadrop status'
    says 'running: process' as ada 'bananadrop status'
}

doctor_knows_what_the_service_will_have() {
    # A key that nobody has taken up yet.
    echo another-key | inside install -m 600 /dev/stdin /etc/bananadrop/api-key
    ask_doctor root
    finds root key 'warn: the daemon still uses the key of its start'
    inside systemctl stop bananadrop
    ask_doctor root
    ask_doctor ada
    finds root key 'ok: it comes from /etc/bananadrop/api-key'
    finds ada key 'warn: the service gets it from /etc/bananadrop/api-key, which this user may not read'
    finds root daemon 'start it with `systemctl start bananadrop`'
    # What root may do proves nothing.
    inside chown root "$spool/processing"
    inside chmod 600 /etc/bananadrop/config.yaml
    ask_doctor root
    ask_doctor ada
    finds root spool 'fail: '
    finds root spool 'tried as bananadrop'
    finds root configuration "fail: bananadrop, the daemon's user, may not read"
    finds ada configuration 'warn: this user may not read the configuration file'
    inside chown bananadrop "$spool/processing"
    inside chmod 644 /etc/bananadrop/config.yaml
    # What its user may do and its sandbox forbids.
    inside install -d -o bananadrop -g bananadrop /srv/pictures/{inbox,processing,done,failed} /srv/pictures
    sed -i 's,^spool:.*,spool: /srv/pictures,' "$root/etc/bananadrop/config.yaml"
    ask_doctor root
    finds root spool 'fail: the sandbox of bananadrop.service does not let the daemon write to /srv/pictures'
    sed -i "s,^spool:.*,spool: $spool," "$root/etc/bananadrop/config.yaml"
    inside systemctl start bananadrop
}
