extension Platform {
    /// Whether somebody who asks for this means `other`: the same after normalisation, and, where a version of the
    /// operating system is asked for, that version or a more exact form of it.
    package func matches(_ other: Platform) -> Bool {
        let wanted = normalized
        let given = other.normalized
        guard (wanted.os, wanted.architecture, wanted.variant) == (given.os, given.architecture, given.variant) else {
            return false
        }
        guard let version = wanted.osVersion else { return true }
        return given.osVersion == version || given.osVersion?.hasPrefix(version + ".") == true
    }
}
