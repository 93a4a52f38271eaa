#!/bin/sh
# Into a folder of a web server, by SFTP:
#   publish-command: /usr/local/bin/sftp.sh put web@www.example.com:/srv/www/drop {file} {name}
#   publish-remove-command: /usr/local/bin/sftp.sh remove web@www.example.com:/srv/www/drop {name}
#   publish-base-url: https://www.example.com/drop
# What stands behind that goes to sftp, such as -P 2222. Needs sftp (Debian: openssh-client), a key without a passphrase of
# the user that bananadrop runs as, and the server's key in its known_hosts.
set -eu
what=$1 host=${2%%:*} folder=${2#*:}
shift 2
case "$what" in
put)
    file=$1 name=$2
    shift 2
    # Not by its path: a job's folder may be called anything.
    cd "${file%/*}"
    # Under another name until it is whole.
    sftp -q -b - "$@" "$host" >&2 <<END
cd "$folder"
put $name .$name
chmod 644 .$name
rename .$name $name
END
    ;;
remove)
    name=$1
    shift
    # It may be gone already, as long as it is not there any more.
    sftp -q -b - "$@" "$host" >&2 <<END
cd "$folder"
-rm .$name
-rm $name
END
    if printf 'cd "%s"\nls %s\n' "$folder" "$name" | sftp -q -b - "$@" "$host" >/dev/null 2>&1; then
        echo "$name cannot be removed" >&2
        exit 1
    fi
    ;;
*)
    echo "put or remove, not $what" >&2
    exit 64
    ;;
esac
