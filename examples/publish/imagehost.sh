#!/bin/sh
# To an image host with imgbb's API, where no server of one's own is needed:
#   publish-command: /usr/local/bin/imagehost.sh put https://api.imgbb.com/1/upload {file} {name}
#   publish-keep: true
# Whoever has the link can see the picture, and so can the host: nothing for pictures that are still secret. The API has
# no way to take one away, hence publish-keep: the host does so by itself, two hours later (expiration). What stands
# behind that goes to curl, such as --max-time 300, with a publish-timeout above it. Needs curl, jq, and the key that the
# host gives out, alone in the file that IMAGEHOST_KEY_FILE names, or in ~/.imagehost-key of bananadrop's user.
set -eu
what=$1 place=$2
shift 2
host=${place#*://}
host=${host%%/*}
fail() {
    echo "imagehost.sh: $1" >&2
    exit 1
}
case "$what" in
put)
    file=$1 name=$2
    shift 2
    for tool in curl jq; do
        command -v "$tool" >/dev/null || fail "$tool is not there; install it"
    done
    keyfile=${IMAGEHOST_KEY_FILE:-${HOME:-}/.imagehost-key}
    key=$(cat "$keyfile" 2>/dev/null) || fail "$keyfile cannot be read; put the key for $host there"
    case "$key" in
    '' | *[!A-Za-z0-9._~+/=-]*) fail "$keyfile is no key; put the key for $host there, and nothing else" ;;
    esac
    # Not by its path: a job's folder may be called anything.
    cd "${file%/*}"
    # The key goes another way: everybody on this machine can read a command's arguments.
    failed=0
    answer=$(printf 'form-string = "key=%s"\n' "$key" |
        curl -s --connect-timeout 10 --max-time 50 --max-filesize 1000000 -w '\n%{http_code} %{errormsg}' --config - \
            -F "image=@$name" -F "name=${name%.*}" -F expiration=7200 "$@" "$place") || failed=$?
    # What was written behind the answer, in a line of its own.
    status=${answer##*
}
    answer=${answer%
*}
    code=${status%% *}
    # Also where the host has not waited for the end of the picture.
    if [ "$code" = 413 ]; then
        fail "$host takes no picture of that size (413); set shrink-command and shrink-above"
    fi
    if [ "$failed" != 0 ]; then
        fail "no answer from $host (curl $failed: ${status#* }); look whether it can be reached, or allow more time"
    fi
    link=$(printf '%s' "$answer" | jq -r 'select(.success == true) | .data.url | strings
        | select(test("^https?://") and (test("[[:space:][:cntrl:]]") | not))' 2>/dev/null) || link=
    if [ -n "$link" ]; then
        # The last line is the link.
        printf '%s\n' "$link"
        exit 0
    fi
    # Whoever is asked may repeat the key.
    said=$(printf '%s' "$answer" | KEY="$key" jq -r '.error | (.message? // .) | strings
        | split(env.KEY) | join("***") | gsub("[[:space:][:cntrl:]]+"; " ") | .[:100]' 2>/dev/null) || said=
    case "$said" in
    '') fail "$host answered $code, and no link; correct the address behind put: it is that of the host's API" ;;
    *[Kk]ey*) fail "$host said: $said ($code); put the key that it gave you into $keyfile" ;;
    *) fail "$host said: $said ($code); correct that, or wait where it is a limit" ;;
    esac
    ;;
*)
    echo "put, not $what" >&2
    exit 64
    ;;
esac
