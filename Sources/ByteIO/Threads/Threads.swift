internal import Glibc
internal import Synchronization

/// Runs blocking work on its own threads. The cooperative pool has one thread for each core and must never wait for a
/// disk.
package enum Threads {
    package static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Runs `body` for 0..<count, the first on the calling thread, and returns when all have ended. Throws the first
    /// error that any of them throws.
    ///
    /// The system may refuse threads. Then fewer numbers are run, but always the first: bodies take their work from a
    /// shared list.
    package static func run<Failure: Error>(
        _ count: Int, _ body: @escaping @Sendable (Int) throws(Failure) -> Void
    ) throws(Failure) {
        let outcome = FirstError<Failure>()
        let others = (1..<max(count, 1)).compactMap { index in
            Thread { outcome.catching { () throws(Failure) in try body(index) } }
        }
        outcome.catching { () throws(Failure) in try body(0) }
        for thread in others { thread.join() }
        try outcome.check()
    }

    /// Runs `body` for each of 0..<count on at most `jobs` threads. After an error no other is begun; the error is
    /// thrown when those that had begun have ended.
    package static func forEach<Failure: Error>(
        _ count: Int, jobs: Int, _ body: @escaping @Sendable (Int) throws(Failure) -> Void
    ) throws(Failure) {
        let next = Atomic<Int>(0)
        try run(max(1, min(jobs, count))) { (_) throws(Failure) in
            while true {
                let number = next.add(1, ordering: .relaxed).oldValue
                guard number < count else { return }
                do throws(Failure) { try body(number) } catch {
                    next.store(count, ordering: .relaxed)
                    throw error
                }
            }
        }
    }
}

/// A joinable thread. The closure must be formed outside the main actor or be @Sendable.
struct Thread {
    private let handle: pthread_t

    /// `nil` if the system refuses the thread (a limit on processes, or no memory).
    init?(_ body: @escaping @Sendable () -> Void) {
        let box = unsafe Unmanaged.passRetained(Box(body))
        var handle = pthread_t()
        let status = unsafe pthread_create(
            &handle, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, box.toOpaque())
        guard status == 0 else {
            unsafe box.release()
            return nil
        }
        self.handle = handle
    }

    func join() { pthread_join(handle, nil) }
    func detach() { pthread_detach(handle) }

    private final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}

/// Keeps the first error of many threads.
final class FirstError<Failure: Error>: @unchecked Sendable {
    private let lock = Lock()
    private var first: Failure?

    func catching(_ body: () throws(Failure) -> Void) { do throws(Failure) { try body() } catch { keep(error) } }

    func keep(_ error: Failure) { lock.hold { if first == nil { first = error } } }

    func check() throws(Failure) { if let error = lock.hold({ first }) { throw error } }
}
