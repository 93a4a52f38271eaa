# SPDX-License-Identifier: Apache-2.0
# The steps of boot.sh, in order. Each is a function; whatever fails in it ends the run. What the documents tell
# administrators to do is done as it stands there.

steps=(
    installed_it_waits_for_its_key
    started_it_serves_the_group
    doctor_says_the_same_to_all
    nobody_else_gets_in
    the_sandbox_is_tight
    watched_it_answers
    reload_takes_what_is_good
    doctor_knows_what_the_service_will_have
    killed_it_goes_on
    stuck_it_is_ended_and_goes_on
    waiting_it_is_left_alone
    after_a_power_cut_it_goes_on
    a_second_spool_waits_for_its_disk
    a_folder_of_ones_own
    pictures_of_ones_own_are_published
    a_spool_may_lie_elsewhere
    upgraded_it_goes_on
    removed_and_back_it_is_as_it_was
    removed_and_purged_it_leaves_all_results
    installed_anew_it_goes_on
)

installed_it_waits_for_its_key() {
    inside useradd -m ada
    inside useradd -m eve
    install -D -m 644 -t "$root/root/.build/package" "$package"
    as_root "$(block README 'sudo apt install')" >"$work/dpkg.log" 2>&1 </dev/null
    inside usermod -aG bananadrop ada
    # In the new spool, for those who see only the folder.
    says 'YOUR FIRST PICTURE' as ada "cat $spool/HOW-TO.txt"
    is_not as ada "echo >>$spool/HOW-TO.txt" 2>/dev/null
    inside systemctl is-enabled --quiet bananadrop
    equals no show ConditionResult
    equals inactive show ActiveState
    # What is missing, and what to do.
    grep -q 'waits for its key: put it into /etc/bananadrop/api-key' "$work/dpkg.log"
    ask_doctor root
    finds root key 'fail: the service waits for its key: /etc/bananadrop/api-key is not there'
    # The stand-in has no need of money: everything else is as the package has it.
    printf 'api-url: http://127.0.0.1:8787\nmetrics-listen: 127.0.0.1:9464\n' >>"$root/etc/bananadrop/config.yaml"
}

started_it_serves_the_group() {
    drop early
    echo test-key | as_root "$(block README 'sudo install')" >"$work/doctor"
    says 'ok    spool' cat "$work/doctor"
    equals active show ActiveState
    # Ready means that the first scan is done: what lay there is found, and what comes now is seen.
    drop late
    # A lane that ada makes with the usual umask, and a file that she alone could read but for the inbox's defaults.
    write_request hero
    as ada "mkdir $spool/inbox/acme; umask 077; cat /srv/request.yaml >$spool/inbox/acme/hero.yaml"
    for job in early late acme/hero; do eventually is_done "$job"; done
    for file in result.json hero-1.png journal.jsonl hero.yaml; do
        as ada "cat $spool/done/acme/hero/$file" >"$work/seen"
    done
    as ada "rm -r $spool/done/late"
    eventually says '3 done' show StatusText
}

nobody_else_gets_in() {
    is_not as eve "ls $spool"
    is_not as eve "cat $spool/done/acme/hero/result.json"
    is_not as eve "cp /srv/request.yaml $spool/inbox/eve.yaml"
    # Those who may drop may not have the key.
    is_not as ada "cat /etc/bananadrop/api-key"
    is_not as ada "cat /run/credentials/bananadrop.service/api-key"
    # What the promises rest on is the daemon's alone.
    is_not as ada "ls $spool/processing"
    is_not as ada "echo >>$spool/.lock"
    for ledger in "$root$spool"/ledger/*.csv; do
        says submitted as ada "cat $spool/ledger/$(basename "$ledger")"
        is_not as ada "echo >>$spool/ledger/$(basename "$ledger")"
    done
} 2>/dev/null

the_sandbox_is_tight() {
    inside systemd-analyze security --no-pager --threshold=15 bananadrop | tail -n 1
    inside systemd-analyze verify bananadrop.service bananadrop@x.service 2>"$work/verify.log" || true
    # There is no man(1) in this machine.
    is_not grep -vF "Command 'man " "$work/verify.log"
    inside grep -q '^CapEff:[[:space:]]*0*$' "/proc/$(show MainPID)/status"
    inside grep -q '^NoNewPrivs:[[:space:]]*1$' "/proc/$(show MainPID)/status"
}

# There is no curl in this machine.
ask() {
    inside bash -c "exec 3<>/dev/tcp/127.0.0.1/9464; printf 'GET $1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' >&3;
        cat <&3"
}

watched_it_answers() {
    for page in /healthz /readyz; do says 'HTTP/1.1 200' ask "$page"; done
    says 'bananadrop_jobs_ended_total{charged="yes",outcome="done"} 3' ask /metrics
    # Each line with its priority, one event a line.
    says Watching inside journalctl -u bananadrop -p notice..notice -o cat
    says 'Claimed job=acme/hero' inside journalctl -u bananadrop -p info..info -o cat
    is_not says Watching inside journalctl -u bananadrop -p warning -o cat
    as_root "$(block Operations 'journalctl')" >"$work/log"
    for words in Claimed Submitted Done; do says "$words job=acme/hero " cat "$work/log"; done
    as_root "$(block Installing 'sudo bananadrop doctor')" >"$work/doctor"
}

reload_takes_what_is_good() {
    local pid
    equals yes show CanReload
    pid="$(show MainPID)"
    echo 'max-in-flight: 3' >>"$root/etc/bananadrop/config.yaml"
    inside systemctl reload bananadrop
    said 'The configuration was read again changed=max-in-flight'
    # Who has put another key there, and reloads, learns what else it takes.
    said 'key="that of the start; a new one needs a restart"'
    echo 'max-in-flihgt: 4' >>"$root/etc/bananadrop/config.yaml"
    is_not inside systemctl reload bananadrop
    said 'max-in-flight?'
    says 'the configuration was refused' show StatusText
    says 'the configuration was refused' as ada 'bananadrop status'
    equals "$pid" show MainPID
    equals active show ActiveState
    # What is no YAML at all, too: there is no spool to be found in it.
    cp "$root/etc/bananadrop/config.yaml" "$work/config.yaml"
    echo '{' >>"$root/etc/bananadrop/config.yaml"
    is_not inside systemctl reload bananadrop
    sed '/max-in-fli/d' "$work/config.yaml" >"$root/etc/bananadrop/config.yaml"
    inside systemctl reload bananadrop
    is_not says 'the configuration was refused' show StatusText
    equals "$pid" show MainPID
    equals active show ActiveState
    # Who only drops may not ask for it.
    is_not as ada 'bananadrop reload'
}

killed_it_goes_on() {
    drop killed
    eventually is_submitted killed
    inside systemctl kill --kill-whom=main -s KILL bananadrop
    eventually equals 1 show NRestarts
    eventually is_done killed
    paid_once killed
}

# Runs with a watchdog that waits three seconds instead of a minute.
impatiently() {
    mkdir -p "$root/etc/systemd/system/bananadrop.service.d"
    printf '[Service]\nWatchdogSec=3s\n' >"$root/etc/systemd/system/bananadrop.service.d/impatient.conf"
    inside systemctl daemon-reload
    inside systemctl restart bananadrop
    equals 3s show WatchdogUSec
    equals 0 show NRestarts
}

stuck_it_is_ended_and_goes_on() {
    impatiently
    # Without its pings it would be ended within this time.
    sleep 5
    equals 0 show NRestarts
    drop stuck
    eventually is_submitted stuck
    inside systemctl kill --kill-whom=main -s STOP bananadrop
    eventually equals 1 show NRestarts
    said 'Watchdog timeout'
    eventually is_done stuck
    paid_once stuck
}

# A service that is down is no reason to be ended: the watchdog is still impatient.
waiting_it_is_left_alone() {
    local restarts
    restarts="$(show NRestarts)"
    kill -STOP "$standin"
    drop waiting
    sleep 5
    equals "$restarts" show NRestarts
    kill -CONT "$standin"
    eventually is_done waiting
    paid_once waiting
    rm "$root/etc/systemd/system/bananadrop.service.d/impatient.conf"
    inside systemctl daemon-reload
}

after_a_power_cut_it_goes_on() {
    drop cut
    eventually is_submitted cut
    inside journalctl --sync
    power_off
    boot
    # Nobody starts it.
    eventually is_done cut
    paid_once cut
    equals active show ActiveState
}

a_second_spool_waits_for_its_disk() {
    local second=$spool-acme
    inside mkdir "$second"
    inside mount -t tmpfs -o size=4m,mode=755 none "$second"
    printf 'spool: %s\napi-url: http://127.0.0.1:8787\n' "$second" >"$root/etc/bananadrop/acme.yaml"
    inside ln -s api-key /etc/bananadrop/acme.api-key
    as_root "$(block Installing 'sudo systemd-tmpfiles')" >"$work/seen" 2>&1
    equals active show ActiveState bananadrop@acme
    says 'YOUR FIRST PICTURE' as ada "cat $second/HOW-TO.txt"
    inside systemctl disable --now --quiet bananadrop@acme
    # Full: it is not ready, says why, and is neither given up nor started over and over.
    inside sh -c "cat /dev/zero >$second/ballast" 2>/dev/null || true
    inside systemctl start --no-block bananadrop@acme
    eventually equals 'waiting for the disk: No space left on device' show StatusText bananadrop@acme
    equals activating show ActiveState bananadrop@acme
    inside rm "$second/ballast"
    eventually equals active show ActiveState bananadrop@acme
    equals 0 show NRestarts bananadrop@acme
    drop second "$second"
    eventually is_done second "$second"
    paid_once second
    inside systemctl stop bananadrop@acme
    equals 0 show ExecMainStatus bananadrop@acme
}

a_folder_of_ones_own() {
    local own=/home/eve/bananadrop uid
    uid="$(inside id -u eve)"
    as eve "mkdir $own; printf 'api-url: http://127.0.0.1:8787\n' >$own/bananadrop.yaml"
    write_request own
    inside systemctl start "user@$uid"
    # The key comes from eve's own hand: nobody may read what another one holds open.
    as eve "export XDG_RUNTIME_DIR=/run/user/$uid; echo own-key | { $(block Installing 'systemctl --user')
        }" 2>"$work/seen"
    as eve "cp /srv/request.yaml $own/inbox/own.yaml"
    eventually is_done own "$own"
    echo 'max-in-flihgt: 4' >>"$root$own/bananadrop.yaml"
    is_not as eve "XDG_RUNTIME_DIR=/run/user/$uid systemctl --user reload bananadrop"
    sed -i '/max-in-fli/d' "$root$own/bananadrop.yaml"
    as eve "XDG_RUNTIME_DIR=/run/user/$uid systemctl --user reload bananadrop"
    as eve "XDG_RUNTIME_DIR=/run/user/$uid systemctl --user stop bananadrop"
    inside systemctl stop "user@$uid"
}

# The recipe as it is. Its aws is a stand-in, which finds its key as that does; its bucket is the folder of a web server.
pictures_of_ones_own_are_published() {
    local configuration="$root/etc/bananadrop/config.yaml" drop=/srv/www/drop
    local lines="$root/etc/systemd/system/bananadrop.service.d/publishing.conf"
    inside install -m 755 /usr/share/doc/bananadrop/examples/publish/aws.sh /usr/local/bin/aws.sh
    install -m 755 /dev/stdin "$root/usr/local/bin/aws" <<'SH'
#!/bin/sh
set -eu
grep -qx 'aws_secret_access_key = pssst' "$AWS_SHARED_CREDENTIALS_FILE"
for place; do :; done
name="${place##*/}"
case "$1 $2" in
's3 cp') cp "$4" "/srv/www/drop/$name" ;;
's3 presign') echo "http://127.0.0.1:8788/$name" ;;
's3 rm') rm "/srv/www/drop/$name" ;;
*) exit 2 ;;
esac
SH
    printf '[default]\naws_access_key_id = studio\naws_secret_access_key = pssst\n' |
        inside install -m 600 /dev/stdin /etc/bananadrop/aws
    inside install -d -o bananadrop -g www-data -m 2750 "$drop"
    cp "$configuration" "$work/config.yaml"
    cat >>"$configuration" <<'YAML'
publish-command: /usr/local/bin/aws.sh put s3://studio/drop {file} {name}
publish-remove-command: /usr/local/bin/aws.sh remove s3://studio/drop {name}
YAML
    printf '%s\n' "$(block Requests 'LoadCredential=aws')" "$(block Requests 'ReadWritePaths=')" |
        install -D -m 644 /dev/stdin "$lines"
    inside systemctl daemon-reload
    inside systemctl restart bananadrop
    serve_folder "$root$drop"
    # One pixel.
    base64 -d >"$root/srv/bottle.png" <<'PNG'
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHLCMmQAAAABJRU5ErkJggg==
PNG
    printf 'prompt: "mine"\nimages: [bottle.png]\n' >"$root/srv/mine.yaml"
    chmod 644 "$root/srv/bottle.png" "$root/srv/mine.yaml"
    # As long as the API does not answer it stays published.
    kill -STOP "$standin"
    as ada "cp /srv/bottle.png /srv/mine.yaml $spool/inbox/"
    eventually is_published "$root/srv/bottle.png" "$root$drop"
    kill -CONT "$standin"
    eventually is_done mine
    paid_once mine
    eventually equals '' ls "$root$drop"
    # The key is the command's alone.
    is_not as ada 'cat /etc/bananadrop/aws' 2>/dev/null
    is_not as ada 'cat /run/credentials/bananadrop.service/aws' 2>/dev/null
    is_not said pssst
    kill "$web"
    wait "$web" || true
    web=''
    # The next step starts it anew.
    cp "$work/config.yaml" "$configuration"
    rm "$lines"
}
# Whether a picture can be fetched, from the folder that is served: `is_published PICTURE FOLDER`.
is_published() { served "$(ls "$2")" | cmp -s - "$1"; }

a_spool_may_lie_elsewhere() {
    elsewhere /srv/pictures "$(block Installing '[Unit]')"
    elsewhere /home/shared/pictures "[Service]
$(block Installing 'ProtectHome=')"
}

# FOLDER, and the lines that the unit needs more for it.
elsewhere() {
    local configuration="$root/etc/bananadrop/config.yaml" lines="$root/etc/systemd/system/bananadrop.service.d/edited.conf"
    inside mkdir -p "$(dirname "$1")"
    sed "s,/var/lib/bananadrop,$1," "$root/usr/lib/tmpfiles.d/bananadrop.conf" >"$root/etc/tmpfiles.d/elsewhere.conf"
    inside systemd-tmpfiles --create elsewhere.conf
    cp "$configuration" "$work/config.yaml"
    sed -i "s,^spool: .*,spool: $1," "$configuration"
    printf '%s\n' "$2" | install -D -m 644 /dev/stdin "$lines"
    inside systemctl daemon-reload
    inside systemctl restart bananadrop
    drop "elsewhere$(dirname "$1" | tr / -)" "$1"
    eventually is_done "elsewhere$(dirname "$1" | tr / -)" "$1"
    cp "$work/config.yaml" "$configuration"
    rm "$lines"
    inside systemctl daemon-reload
    inside systemctl restart bananadrop
}
