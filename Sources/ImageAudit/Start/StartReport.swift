/// The result of checking whether a container of the image can start.
package struct StartReport: Sendable, Equatable {
    /// The program that the kernel loads, without links; `nil` if there is none.
    package var program: FilePath?
    /// The links and scripts that lead to the program, the entrypoint first.
    package var through: [FilePath] = []
    /// The name of a program such as `tini` that runs another one, which is not checked. `nil` if the
    /// command is no wrapper.
    package var wrapper: String?
    package var findings: [StartFinding] = []

    package init() {}

    init(unchecked reason: StartProblem.Unchecked) { findings = [StartFinding(.unchecked(reason))] }

    package var severity: Finding.Severity? { findings.map(\.problem.severity).max() }

    /// Whether the check reached a verdict.
    package var isChecked: Bool {
        severity == .error
            || program != nil
                && !findings.contains {
                    switch $0.problem {
                    case .unchecked, .nothingToRun, .suppliedOutside: true
                    default: false
                    }
                }
    }
}
