#!/bin/sh
# Into a bucket that nobody can read, with a signed link that is good for an hour: S3, and R2, Google's and whatever else
# speaks S3.
#   publish-command: /usr/local/bin/aws.sh put s3://BUCKET/drop {file} {name}
#   publish-remove-command: /usr/local/bin/aws.sh remove s3://BUCKET/drop {name}
# Other services than Amazon's want their address behind that, as all that stands there goes to aws:
#   --endpoint-url https://ACCOUNT.r2.cloudflarestorage.com --region auto
# Needs aws (Debian: awscli) and a key that may put, get and delete below that: in ~/.aws of the user that bananadrop runs
# as, or as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. What a crash leaves goes by a rule of the bucket (lifecycle).
set -eu
what=$1 place=$2
shift 2
case "$what" in
put)
    file=$1 name=$2
    shift 2
    aws s3 cp --only-show-errors "$@" "$file" "$place/$name" >&2
    # The last line is the link.
    aws s3 presign --expires-in 3600 "$@" "$place/$name"
    ;;
remove)
    name=$1
    shift
    aws s3 rm --only-show-errors "$@" "$place/$name"
    ;;
*)
    echo "put or remove, not $what" >&2
    exit 64
    ;;
esac
