package import ByteIO

/// Bytes that are in a registry: what goes to another repository beside them need not be moved.
package protocol RegistryContent: ByteSource { var repository: RepositoryName { get } }
