// SPDX-License-Identifier: Apache-2.0

@testable import Requests

extension RequestFiles {
    /// Pictures of one's own.
    static let pictures: [RequestFile] = [
        .good(
            "files", .yaml,
            "prompt: x\nimages: [bottle.png, ./bottle.png, 'pics\\Big one.JPG', https://a.b/c.png]\n",
            asks(
                """
                "prompt":"x","image_urls":["https://p.q/x/00000000000000000000000000000001.png","https://p.q/x/00000000000000000000000000000001.png","https://p.q/x/00000000000000000000000000000002.jpg",\
                "https://a.b/c.png"]},"variants":1,"local":[{"file":"bottle.png","name":"00000000000000000000000000000001.png"},\
                {"file":"pics/Big one.JPG","name":"00000000000000000000000000000002.jpg"}]}
                """), shares: true),
        .good(
            "a folder of a name like a host", .yaml,
            "prompt: x\nimage: ./example.com/a.webp\n",
            asks(
                """
                "prompt":"x","image_urls":["https://p.q/x/00000000000000000000000000000001.webp"]},"variants":1,\
                "local":[{"file":"example.com/a.webp","name":"00000000000000000000000000000001.webp"}]}
                """), shares: true),
        .many(
            "files in a table", .csv,
            "prompt,image\na,\"big one.png\nb.webp\"\n",
            [
                .sends(
                    2,
                    asks(
                        """
                        "prompt":"a","image_urls":["https://p.q/x/00000000000000000000000000000001.png","https://p.q/x/00000000000000000000000000000002.webp"]},\
                        "variants":1,"local":[{"file":"big one.png","name":"00000000000000000000000000000001.png"},{"file":"b.webp",\
                        "name":"00000000000000000000000000000002.webp"}]}
                        """))
            ], shares: true),
        .bad(
            "a file, and nothing shares it", .yaml,
            "prompt: x\nimage: bottle.png\n",
            [
                """
                line 2, column 8: "bottle.png" is a file, but the API takes only links; use a link, or ask \
                the administrator to set up publishing (publish-directory, or publish-command)
                """
            ]),
        .bad(
            "a file in the folder above", .yaml,
            "prompt: x\nimage: ../bottle.png\n",
            [
                """
                line 2, column 8: "../bottle.png" is somewhere else; put the picture beside the request file in the \
                inbox, or in a folder beside it, and name it from there, such as bottle.png
                """
            ], shares: true),
        .bad(
            "a file on the way up and down", .yaml,
            "prompt: x\nimage: a/../../b.png\n",
            [
                """
                line 2, column 8: "a/../../b.png" is somewhere else; put the picture beside the request file in the \
                inbox, or in a folder beside it, and name it from there, such as bottle.png
                """
            ], shares: true),
        .bad(
            "an absolute path", .yaml,
            "prompt: x\nimage: /srv/bottle.png\n",
            [
                """
                line 2, column 8: "/srv/bottle.png" is somewhere else; put the picture beside the request file in \
                the inbox, or in a folder beside it, and name it from there, such as bottle.png
                """
            ], shares: true),
        .bad(
            "a drive", .yaml,
            "prompt: x\nimage: C:\\pics\\bottle.png\n",
            [
                #"""
                line 2, column 8: "C:\pics\bottle.png" is somewhere else; put the picture beside the request file in \#
                the inbox, or in a folder beside it, and name it from there, such as bottle.png
                """#
            ], shares: true),
        .bad(
            "a share", .yaml,
            "prompt: x\nimage: \\\\server\\pics\\bottle.png\n",
            [
                #"""
                line 2, column 8: "\\server\pics\bottle.png" is somewhere else; put the picture beside the request \#
                file in the inbox, or in a folder beside it, and name it from there, such as bottle.png
                """#
            ], shares: true),
        .bad(
            "a home", .yaml,
            "prompt: x\nimage: ~/bottle.png\n",
            [
                """
                line 2, column 8: "~/bottle.png" is somewhere else; put the picture beside the request file in the \
                inbox, or in a folder beside it, and name it from there, such as bottle.png
                """
            ], shares: true),
        .bad(
            "a file that is no picture", .yaml,
            "prompt: x\nimage: bottle.pdf\n",
            [
                """
                line 2, column 8: "bottle.pdf" is neither a link nor a picture's name: a link begins with \
                https://, and the name of a picture ends in .png, .jpg, .jpeg, .webp, .gif or .avif
                """
            ], shares: true),
        .bad(
            "a hidden file without a name", .yaml,
            "prompt: x\nimage: .png\n",
            [
                """
                line 2, column 8: ".png" is neither a link nor a picture's name: a link begins with https://, and \
                the name of a picture ends in .png, .jpg, .jpeg, .webp, .gif or .avif
                """
            ], shares: true),
        .bad(
            "a link without https://", .yaml,
            "prompt: x\nimage: www.example.com/bottle.png\n",
            [
                """
                line 2, column 8: "www.example.com/bottle.png" looks like a link without https://; put that in front \
                of it (or ./ if it is a folder of yours)
                """
            ], shares: true),
        .bad(
            "a folder", .yaml,
            "prompt: x\nimage: pics/\n",
            [
                """
                line 2, column 8: "pics/" is neither a link nor a picture's name: a link begins with https://, \
                and the name of a picture ends in .png, .jpg, .jpeg, .webp, .gif or .avif
                """
            ], shares: true),
        .bad(
            "a picture pasted as text", .yaml,
            "prompt: x\nimage: iVBORw0KGgoAAAANSUhEUgAA\n",
            [
                """
                line 2, column 8: "iVBORw0KGgoAAAANSUhEUgAA" is neither a link nor a picture's name: a link \
                begins with https://, and the name of a picture ends in .png, .jpg, .jpeg, .webp, .gif or .avif
                """
            ], shares: true),
        .bad(
            "a name with NUL", .json,
            #"{"prompt":"x","image":"a\u0000.png"}"#,
            [
                """
                line 1, column 23: "aU+0000.png" is neither a link nor a picture's name: a link begins with \
                https://, and the name of a picture ends in .png, .jpg, .jpeg, .webp, .gif or .avif
                """
            ], shares: true),
    ]
}
