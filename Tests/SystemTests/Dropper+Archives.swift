// SPDX-License-Identifier: Apache-2.0

extension Dropper {
    static let archives: [Dropper] = [
        Dropper(
            name: "tar",
            script: #"tar -C "$work" -cf "$work/a.tar" hero.yaml; tar -C "$inbox" -xf "$work/a.tar""#),
        Dropper(
            name: "tar with a lane in it",
            script: """
                mkdir -p "$work/acme/spring"
                mv "$work/hero.yaml" "$work/acme/spring/"
                tar -C "$work" -czf "$work/a.tar.gz" acme
                tar -C "$inbox" -xzf "$work/a.tar.gz"
                """),
        Dropper(
            name: "unzip",
            script: """
                (cd "$work" && zip -q a.zip hero.yaml)
                unzip -q "$work/a.zip" -d "$inbox"
                """),
    ]

    private static let repository = """
        export HOME=$work GIT_CONFIG_NOSYSTEM=1
        git init -q "$work/repository"
        cd "$work/repository"
        mv "$work/hero.yaml" .
        git add hero.yaml
        git -c user.name=test -c user.email=test@example.com commit -q -m one

        """

    /// The requests of a repository, in a lane of the inbox.
    static let git: [Dropper] = [
        Dropper(
            name: "git checkout",
            script: repository + #"mkdir "$inbox/lane"; git --work-tree="$inbox/lane" checkout -q -f HEAD -- ."#),
        Dropper(name: "git clone", script: repository + #"git clone -q "$work/repository" "$inbox/lane""#),
    ]
}
