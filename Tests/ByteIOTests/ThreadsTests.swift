import Testing

@testable import ByteIO

struct ThreadsTests {
    struct Failed: Error, Equatable { let number: Int }

    @Test(arguments: [1, 2, 8])
    func runsEveryBodyOnce(_ count: Int) {
        let ran = BlockingQueue<Int>()
        Threads.run(count) { ran.send($0) }
        ran.close()
        var numbers: [Int] = []
        while let number = ran.receive() { numbers.append(number) }
        #expect(numbers.sorted() == Array(0..<count))
    }

    /// The order is fixed: the second error is thrown only after the first one.
    @Test(arguments: [0, 1])
    func theFirstErrorIsThrownWhenAllHaveEnded(_ first: Int) {
        let thrown = BlockingQueue<Int>()
        let ended = BlockingQueue<Int>()
        let keeper = FirstError<Failed>()
        #expect(throws: Failed(number: first)) {
            Threads.run(2) { number in
                if number == first {
                    keeper.catching { () throws(Failed) in throw Failed(number: number) }
                    thrown.send(1)
                } else {
                    _ = thrown.receive()
                    keeper.catching { () throws(Failed) in throw Failed(number: number) }
                }
                ended.send(number)
            }
            try keeper.check()
        }
        ended.close()
        #expect(Set([ended.receive(), ended.receive()]) == [0, 1])
    }

    @Test(arguments: [0, 1, 3])
    func anErrorOfAnyThreadWaitsForAllOthers(_ failing: Int) {
        let ended = BlockingQueue<Int>()
        #expect(throws: Failed(number: failing)) {
            try Threads.run(4) { number in
                if number == failing { throw Failed(number: number) }
                ended.send(number)
            }
        }
        ended.close()
        var count = 0
        while ended.receive() != nil { count += 1 }
        #expect(count == 3)
    }

    @Test(arguments: [0, 1, 3, 100], [1, 2, 8])
    func forEachRunsEveryNumberOnce(_ count: Int, _ jobs: Int) {
        for helps in [false, true] {
            let ran = BlockingQueue<Int>()
            if helps {
                CopyCrew().forEach(count, jobs: jobs) { number, _ in ran.send(number) }
            } else {
                Threads.forEach(count, jobs: jobs) { ran.send($0) }
            }
            ran.close()
            var numbers: [Int] = []
            while let number = ran.receive() { numbers.append(number) }
            #expect(numbers.sorted() == Array(0..<count))
        }
    }

    @Test func forEachBeginsNothingAfterAnError() {
        let ran = BlockingQueue<Int>()
        #expect(throws: Failed(number: 3)) {
            try Threads.forEach(100, jobs: 1) { number in
                ran.send(number)
                if number == 3 { throw Failed(number: number) }
            }
        }
        #expect(throws: Failed(number: 3)) {
            try CopyCrew().forEach(100, jobs: 1) { number, _ in
                ran.send(number)
                if number == 3 { throw Failed(number: number) }
            }
        }
        ran.close()
        var numbers: [Int] = []
        while let number = ran.receive() { numbers.append(number) }
        #expect(numbers == [0, 1, 2, 3, 0, 1, 2, 3])
    }

    @Test func aQueueGivesInOrderAndEndsWhenItIsClosedAndEmpty() {
        let queue = BlockingQueue<Int>()
        for number in 0..<3 { queue.send(number) }
        queue.close()
        #expect([queue.receive(), queue.receive(), queue.receive(), queue.receive()] == [0, 1, 2, nil])
    }

    @Test func aReceiverWaitsForASender() {
        let queue = BlockingQueue<Int>()
        let answers = BlockingQueue<Int>()
        Threads.run(2) { number in
            if number == 0 {
                while let value = queue.receive() { answers.send(value * 2) }
                answers.close()
            } else {
                for value in 0..<100 { queue.send(value) }
                queue.close()
            }
        }
        var doubled: [Int] = []
        while let value = answers.receive() { doubled.append(value) }
        #expect(doubled == (0..<100).map { $0 * 2 })
    }

    @Test func aTickerEndsWithItsLastCall() {
        let ticks = BlockingQueue<Int>()
        let ticker = Ticker(everyMilliseconds: 1) { ticks.send(1) }
        #expect(ticks.receive() == 1)
        ticker.stop()
        ticks.close()
        while ticks.receive() != nil {}
        ticker.stop()
    }
}
