# SPDX-License-Identifier: Apache-2.0
# The steps of boot.sh in which the package comes and goes.

# The same program under a later version.
pack_again() {
    dpkg-deb -R "$package" "$work/again"
    sed -i "s/^Version: .*/Version: $1/" "$work/again/DEBIAN/control"
    dpkg-deb --root-owner-group -Znone -b "$work/again" "$root/root/bananadrop.deb" >/dev/null
    rm -r "$work/again"
}

install_again() {
    inside env DEBIAN_FRONTEND=noninteractive dpkg --force-confold -i /root/bananadrop.deb \
        >"$work/dpkg.log" 2>&1 </dev/null
}

upgraded_it_goes_on() {
    local pid
    pack_again 99.0-1
    drop upgraded
    eventually is_submitted upgraded
    pid="$(show MainPID)"
    inside rm "$spool/HOW-TO.txt"
    install_again
    is_not inside test -e "$spool/HOW-TO.txt"
    equals active show ActiveState
    is_not equals "$pid" show MainPID
    eventually is_done upgraded
    paid_once upgraded
    # What somebody has stopped stays so.
    inside systemctl stop bananadrop
    pack_again 99.0-2
    install_again
    equals inactive show ActiveState
    inside systemctl start bananadrop
}

removed_and_back_it_is_as_it_was() {
    local before after
    echo '# mine' >>"$root/etc/bananadrop/config.yaml"
    before="$(inside find "$spool" /etc/bananadrop -not -name status.json -not -name STATUS.html -not -path '*/.*' -printf '%p %m %U %G %s\n' | sort)"
    remove
    is_not is_running
    install_again
    eventually equals active show ActiveState
    inside systemctl is-enabled --quiet bananadrop
    after="$(inside find "$spool" /etc/bananadrop -not -name status.json -not -name STATUS.html -not -path '*/.*' -printf '%p %m %U %G %s\n' | sort)"
    diff <(echo "$before") <(echo "$after")
    drop back
    eventually is_done back
    # What somebody has stopped, or does not want at boot, stays so.
    inside systemctl disable --now --quiet bananadrop
    remove
    install_again
    equals inactive show ActiveState
    is_not inside systemctl is-enabled --quiet bananadrop
    # What runs without being wanted at boot runs on.
    inside systemctl start bananadrop
    remove
    install_again
    equals active show ActiveState
    is_not inside systemctl is-enabled --quiet bananadrop
    inside systemctl enable --quiet bananadrop
    inside test ! -e /var/lib/misc/bananadrop.running
}

remove() { inside dpkg -r bananadrop >"$work/dpkg.log" 2>&1 </dev/null; }

removed_and_purged_it_leaves_all_results() {
    drop removed
    eventually is_submitted removed
    is_running
    remove
    is_not is_running
    inside dpkg -P bananadrop >"$work/dpkg.log" 2>&1 </dev/null
    grep -q "$spool stays" "$work/dpkg.log"
    is_not inside test -e /etc/bananadrop/api-key
    is_not inside test -e /etc/bananadrop/config.yaml
    # What the administrator has made for another spool.
    inside test -e /etc/bananadrop/acme.yaml
    is_not inside test -e /etc/systemd/system/multi-user.target.wants/bananadrop.service
    is_not inside test -e /var/lib/misc/bananadrop.running
    for job in early acme/hero killed stuck cut upgraded; do is_done "$job"; done
    # The job under way, too, to go on if the package comes back.
    inside sh -c "ls -d $spool/processing/removed.*" >/dev/null
    inside id bananadrop >/dev/null
}

installed_anew_it_goes_on() {
    echo test-key | as_root "$(block Installing 'sudo apt install')" >"$work/dpkg.log" 2>&1
    equals active show ActiveState
    # What somebody has taken out of the spool does not come back.
    is_not inside test -e "$spool/HOW-TO.txt"
    # Until now it has asked an API that is not there.
    printf 'api-url: http://127.0.0.1:8787\n' >>"$root/etc/bananadrop/config.yaml"
    inside systemctl restart bananadrop
    eventually is_done removed
    paid_once removed
}
