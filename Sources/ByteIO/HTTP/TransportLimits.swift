/// For how long a transport waits for a server that says nothing.
package struct TransportLimits: Sendable {
    /// Nothing moved, or next to nothing: the server, or the way to it, is gone.
    package var silence: Duration
    /// Between the end of what is to be stored and the answer: a registry that has received a blob may take its time.
    package var storing: Duration

    package init(silence: Duration = .seconds(60), storing: Duration = .seconds(600)) {
        self.silence = silence
        self.storing = storing
    }
}
