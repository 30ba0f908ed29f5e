import Testing

@testable import ByteIO

@Suite struct InterruptionTests {
    @Test func aSignalEndsASleepAtOnce() async {
        await #expect(processExitsWith: .exitCode(7)) {
            let time = SystemTime()
            Thread {
                try? time.sleep(.milliseconds(20), for: "the others")
                Interruption.request(15)
            }?.detach()
            do throws(IOFailure) { try time.sleep(.seconds(3600), for: "registry.example") } catch {
                ProcessEnvironment.exit(error == IOFailure(.send, "registry.example", .interrupted) ? 7 : 1)
            }
        }
    }

    @Test func aSleepDoesNotBeginAfterASignal() async {
        await #expect(processExitsWith: .exitCode(7)) {
            Interruption.request(15)
            do throws(IOFailure) { try SystemTime().sleep(.seconds(3600), for: "x") } catch {
                ProcessEnvironment.exit(7)
            }
        }
    }

    @Test func aSleepLastsAtLeastItsDuration() throws {
        let time = SystemTime()
        let start = time.now
        try time.sleep(.milliseconds(30), for: "x")
        #expect(time.now - start >= .milliseconds(30))
        #expect(time.unixTime > 1_700_000_000)
    }
}
