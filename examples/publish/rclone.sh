#!/bin/sh
# To whatever rclone knows and makes links for, each good for an hour where the service can do that:
#   publish-command: /usr/local/bin/rclone.sh put REMOTE:pictures {file} {name}
#   publish-remove-command: /usr/local/bin/rclone.sh remove REMOTE:pictures {name}
# What stands behind that goes to rclone. The link must lead to the picture itself: S3 and its like, Azure and pCloud do
# that, while Google Drive, Dropbox and OneDrive show a page. Needs rclone, and its REMOTE in the configuration of the user
# that bananadrop runs as.
set -eu
what=$1 place=$2
shift 2
case "$what" in
put)
    file=$1 name=$2
    shift 2
    rclone copyto "$@" "$file" "$place/$name" >&2
    # The last line is the link.
    rclone link --expire 1h "$@" "$place/$name"
    ;;
remove)
    name=$1
    shift
    # By a list, of which it passes over what is gone already.
    echo "$name" | rclone delete --files-from-raw - "$@" "$place"
    ;;
*)
    echo "put or remove, not $what" >&2
    exit 64
    ;;
esac
