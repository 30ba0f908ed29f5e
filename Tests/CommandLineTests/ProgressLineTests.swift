import Testing

@testable import ocimerge

@Suite struct ProgressLineTests {
    struct Moment: Sendable {
        var done: Int64 = 1_050_000_000
        var total: Int64? = 2_350_000_000
        var elapsed = 0.6
        var rate: Double? = 1.9e9
        var width = 79
        var label = "merging"
        var images: ProgressLine.Images?

        var line: String {
            ProgressLine.render(state, width: width)
        }

        var state: ProgressLine.Moment {
            ProgressLine.Moment(
                label: label, done: done, total: total, images: images, seconds: elapsed, rate: rate)
        }
    }

    static let moments: [(Moment, String)] = [
        (Moment(), "merging  [=====>      ]  44 %  1.05 GB of 2.35 GB  1.9 GB/s  1 s left"),
        (Moment(width: 75), "merging  [===>    ]  44 %  1.05 GB of 2.35 GB  1.9 GB/s  1 s left"),
        (
            Moment(width: 200),
            "merging  [=============>                ]  44 %  1.05 GB of 2.35 GB  1.9 GB/s  1 s left"
        ),
        (Moment(width: 74), "merging  44 %  1.05 GB of 2.35 GB  1.9 GB/s  1 s left"),
        (Moment(width: 63), "merging  44 %  1.05 GB of 2.35 GB  1.9 GB/s  1 s left"),
        (Moment(width: 62), "merging  44 %  1.05 GB of 2.35 GB  1 s left"),
        (Moment(width: 52), "merging  44 %  1.05 GB of 2.35 GB  1 s left"),
        (Moment(width: 51), "merging  [======>        ]  44 %  1 s left"),
        (Moment(width: 40), "merging  44 %  1 s left"),
        (Moment(width: 20), "merging  44 %"),
        (Moment(width: 20, label: "merging applications"), "merging appl…  44 %"),
        (Moment(width: 3), "44…"),
        (Moment(width: 0), ""),
        (Moment(label: ""), "[========>          ]  44 %  1.05 GB of 2.35 GB  1.9 GB/s  1 s left"),
        (Moment(done: 0), "merging  [>           ]  0 %  0 B of 2.35 GB  1.9 GB/s  2 s left"),
        (Moment(done: -9), "merging  [>           ]  0 %  0 B of 2.35 GB  1.9 GB/s  2 s left"),
        (Moment(rate: nil), "merging  [=====>      ]  44 %  1.05 GB of 2.35 GB  0 s"),
        (Moment(rate: 0), "merging  [=====>      ]  44 %  1.05 GB of 2.35 GB  0 s"),
        (Moment(rate: .nan), "merging  [=====>      ]  44 %  1.05 GB of 2.35 GB  0 s"),
        (Moment(rate: .infinity), "merging  [=====>      ]  44 %  1.05 GB of 2.35 GB  0 s"),
        (Moment(elapsed: .nan, rate: nil), "merging  [=====>      ]  44 %  1.05 GB of 2.35 GB"),
        (Moment(rate: 1000), "merging  [=====>      ]  44 %  1.05 GB of 2.35 GB  1.0 kB/s  0 s"),
        (Moment(rate: 1e7), "merging  [=====>      ]  44 %  1.05 GB of 2.35 GB  10.0 MB/s  2 min 10 s left"),
        (
            Moment(done: 2_349_999_999),
            "merging  [===========>]  99 %  2.35 GB of 2.35 GB  1.9 GB/s  1 s left"
        ),
        (
            Moment(done: 2_350_000_000, elapsed: 1.4),
            "merging  [============]  100 %  2.35 GB of 2.35 GB  1.9 GB/s  1 s"
        ),
        (Moment(done: 9_000_000_000, width: 40), "merging  100 %  0 s"),
        (Moment(done: 0, total: 0, rate: nil, width: 40), "merging  100 %  0 s"),
        (Moment(total: nil), "merging  1.05 GB  1.9 GB/s  0 s"),
        (Moment(total: nil, width: 30), "merging  1.05 GB  0 s"),
        (Moment(total: nil, width: 20), "merging  1.05 GB"),
        (
            Moment(width: 120, images: .init(done: 3, total: 40, current: "docker.io/library/nginx:1")),
            "merging  3 of 40 images  44 %  1.05 GB of 2.35 GB  1.9 GB/s  1 s left  docker.io/library/nginx:1"
        ),
        (
            Moment(width: 79, images: .init(done: 3, total: 40, current: "docker.io/library/nginx:1")),
            "merging  3 of 40 images  44 %  1.05 GB of 2.35 GB  1 s left"
        ),
        (
            Moment(width: 60, images: .init(done: 3, total: 40, current: "docker.io/library/nginx:1")),
            "merging  3 of 40 images  44 %  1 s left"
        ),
        (
            Moment(done: 0, total: nil, width: 60, label: "opening", images: .init(done: 3, total: 40, current: "a:1")),
            "opening  3 of 40 images  0 s  a:1"
        ),
    ]

    @Test(arguments: moments)
    func shows(_ moment: Moment, _ line: String) {
        #expect(moment.line == line)
    }

    @Test(arguments: [0, 1, 5, 20, 40, 60, 80, 120, 300])
    func isNeverWiderThanTheTerminal(_ width: Int) {
        for total in [nil, 0, 999_499, 2_350_000_000, Int64.max] as [Int64?] {
            for done in [0, 999, 12_345_678, Int64.max] as [Int64] {
                for rate in [nil, 0.5, 9.99e8, 1e18] as [Double?] {
                    for label in ["", "merging", "日本語のラベルがとても長いとき"] {
                        let line = Moment(
                            done: done, total: total, elapsed: 359_998, rate: rate, width: width, label: label
                        ).line
                        #expect(DisplayWidth.of(line) <= width)
                    }
                }
            }
        }
    }

    @Test(
        "a line for logs has the amount, the share and the rate",
        arguments: [
            (
                Moment(done: 1_200_000_000, total: 3_400_000_000, rate: 1.2e8, label: "copying"),
                "copying: 1.2 GB of 3.4 GB, 35 %, 120 MB/s, 19 s left"
            ),
            (Moment(total: nil, rate: 1.5e6, label: "reading"), "reading: 1.05 GB, 1.5 MB/s"),
            (Moment(done: -1, total: nil, rate: nil, label: "reading"), "reading: 0 B"),
            (Moment(done: 0, total: 0, rate: .nan, label: "pushing"), "pushing: 0 B of 0 B, 100 %"),
            (
                Moment(
                    done: 1_200_000_000, total: 3_400_000_000, rate: 1.2e8, label: "pulling",
                    images: .init(done: 12, total: 40, current: "docker.io/library/nginx:1")),
                "pulling: 12 of 40 images, 1.2 GB of 3.4 GB, 35 %, 120 MB/s, 19 s left, now docker.io/library/nginx:1"
            ),
            (
                Moment(done: 0, total: nil, rate: 0, label: "opening", images: .init(done: 1, total: 40)),
                "opening: 1 of 40 images"
            ),
        ])
    func plain(_ moment: Moment, _ line: String) {
        #expect(ProgressLine.plain(moment.state) == line)
    }

    @Test func theBarHasAFixedPosition() {
        let starts = (0...2350).map { step in
            Moment(done: Int64(step) * 1_000_000, rate: Double(step) * 1_000_003).line.prefix { $0 != "]" }.count
        }
        #expect(Set(starts).count == 1)
    }
}
