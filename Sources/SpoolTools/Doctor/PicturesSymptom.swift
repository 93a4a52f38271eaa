// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// What can be told of pictures without one. Where they do not come, the daemon that runs says so itself.
enum PicturesSymptom: Symptom {
    /// A proxy of this network answers each name with an address of its own making.
    case namesAreMadeUp

    static var subject: Diagnosis.Subject { .pictures }

    var level: Diagnosis.Level { .ok }

    var words: Wording.Words {
        .init(
            "names lead to addresses that a proxy makes up for them (198.18.0.0/15, fake-ip), and pictures are fetched "
                + "through it")
    }
}
