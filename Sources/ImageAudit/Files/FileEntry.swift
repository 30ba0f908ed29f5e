internal import ByteIO
package import ImageModel

/// One file of an image as a container sees it.
package struct FileEntry: Equatable, Sendable {
    /// The raw value is the word for programs.
    package enum Kind: String, Sendable {
        case file
        case directory
        case symbolicLink = "symlink"
        /// A further name of a file. The first of its names, in the order of paths, is the file.
        case hardLink = "hardlink"
        case characterDevice = "chardev"
        case blockDevice = "blockdev"
        case fifo
    }

    package struct Device: Equatable, Sendable {
        package let major: Int64
        package let minor: Int64
    }

    package let path: FilePath
    package let kind: Kind
    /// The kind of the file that a hard link names; `kind` of all others.
    package let fileKind: Kind
    /// The permissions, with the bits for set-user-ID, set-group-ID and sticky.
    package let mode: Int
    package let user: Int64
    package let group: Int64
    /// The size of the content of a file or hard link; 0 for others.
    package let size: Int64
    /// The target of a symbolic link as it is written. Of a hard link, the first name of the file. `nil` if this is
    /// no link.
    package let target: [UInt8]?
    /// `nil` if this is no device.
    package let device: Device?
    /// The layer that supplied the file, or needs the directory.
    package let layer: Digest
    /// The SHA-256 of the content of a file or hard link; `nil` if it was not computed, as for sparse files.
    package let hash: [UInt8]?

    /// `first` is the first name of the file; `nil` if this is it.
    init(_ record: FileRecord, at path: FilePath, first: FilePath?, layer: Digest) {
        self.path = path
        mode = record.mode
        user = record.user
        group = record.group
        self.layer = layer
        hash = record.hash.isEmpty ? nil : record.hash
        var device: Device?
        let own: Kind
        switch record.kind {
        case .directory: own = .directory
        case .symbolicLink: own = .symbolicLink
        case .fifo: own = .fifo
        case .characterDevice(let major, let minor):
            own = .characterDevice
            device = Device(major: major, minor: minor)
        case .blockDevice(let major, let minor):
            own = .blockDevice
            device = Device(major: major, minor: minor)
        case .file, .sparseFile, .hardLink, .unknown: own = .file
        }
        self.device = device
        fileKind = own
        kind = first == nil ? own : .hardLink
        size = own == .file ? record.size : 0
        target = first?.bytes ?? (own == .symbolicLink ? record.link : nil)
    }
}

/// The properties of one file. Its names share them.
struct FileRecord: Sendable {
    var kind: FileMember.Kind
    var mode: Int
    var user: Int64 = 0
    var group: Int64 = 0
    var size: Int64 = 0
    /// The target of a link as it is written.
    var link: [UInt8] = []
    /// The offset of the content in the tar of its layer.
    var offset: Int64 = 0
    /// The SHA-256 of the content; empty if it was not computed.
    var hash: [UInt8] = []

    init(_ attributes: LayerFiles.Attributes) {
        kind = attributes.kind
        mode = attributes.mode
        user = attributes.user
        group = attributes.group
    }

    /// A directory that a path needs and no layer describes, as container engines make it.
    static var madeDirectory: FileRecord {
        FileRecord(LayerFiles.Attributes(kind: .directory, mode: 0o755, user: 0, group: 0))
    }
}
