internal import Glibc

/// The terminal while the process group of a child is in its foreground instead of this process. The child can prompt,
/// and the keys that send signals reach the child.
struct LentTerminal {
    private let descriptor: Int32

    /// `nil`, and nothing changes, if there is no terminal or this process is not in its foreground.
    init?(to group: pid_t) {
        descriptor = retried { unsafe open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC) }
        guard descriptor >= 0 else { return nil }
        guard tcgetpgrp(descriptor) == getpgrp(), tcsetpgrp(descriptor, group) == 0 else {
            close(descriptor)
            return nil
        }
        // It was stopped because it used the terminal in the background.
        kill(-group, SIGCONT)
    }

    /// Puts our process group into the foreground again. Call once.
    func takeBack() {
        // The signal that stops a group in the background for this call.
        var (signals, before) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGTTOU)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, &before)
        tcsetpgrp(descriptor, getpgrp())
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
        close(descriptor)
    }
}
