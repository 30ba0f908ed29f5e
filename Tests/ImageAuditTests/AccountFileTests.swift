import ImageAudit
import Testing

@Suite("Users and groups of an image")
struct AccountFileTests {
    private static let passwd = Array(
        """
        root:x:0:0:root:/root:/bin/sh
        app:x:1000:1001::/app:/bin/false

          1234:x:7:8::/:
        #old:x:9:9::/:
        short
        bad:x:text:5::/:
        again:x:1000:3::/:
        big:x:99999999999999999999:4::/:
        last:x:50:51::/:\r
        """.utf8)

    private static let group = Array(
        """
        root:x:0:
        # wheel:x:10:app
        app:x:1001:
        audio:x:29:app,other
          77:x:30:other,app
        short
        bad:x:text:app
        """.utf8)

    private func user(_ text: String) -> String? {
        AccountFile.user(Array(text.utf8), in: Self.passwd).map {
            "\(String(decoding: $0.name, as: UTF8.self)):\($0.uid):\($0.gid)"
        }
    }

    private func group(_ text: String) -> Int64? { AccountFile.group(Array(text.utf8), in: Self.group) }

    @Test("a name is found in the first line that has it")
    func names() {
        #expect(user("app") == "app:1000:1001")
        #expect(user("last") == "last:50:51")
        #expect(user("#old") == "#old:9:9")
        #expect(user("ap") == nil && user("old") == nil && user("App") == nil)
    }

    @Test("a number is an id and never a name")
    func numbers() {
        #expect(user("1000") == "app:1000:1001")
        #expect(user("+1000") == "app:1000:1001" && user("01000") == "app:1000:1001")
        #expect(user("1234") == ":1234:0")
        #expect(user("7") == "1234:7:8")
        #expect(user("2147483647") == ":2147483647:0")
        for text in ["2147483648", "-1", "99999999999999999999", "-99999999999999999999"] { #expect(user(text) == nil) }
        #expect(user("1 ") == nil && user("0x1") == nil && user("1_0") == nil && user("-") == nil)
    }

    @Test("an empty text is user 0")
    func empty() {
        #expect(user("") == "root:0:0")
        let none = AccountFile.user([], in: [])
        #expect(none?.name == [] && none?.uid == 0 && none?.gid == 0)
        #expect(AccountFile.user(Array("app".utf8), in: []) == nil)
    }

    @Test("absent and invalid numbers are 0, as runtimes read them")
    func damaged() {
        #expect(user("short") == "short:0:0")
        #expect(user("bad") == "bad:0:5")
    }

    @Test("groups are found by name and by number")
    func groups() {
        #expect(group("audio") == 29)
        #expect(group("77") == 77 && group("5000") == 5000)
        #expect(group("bad") == 0)
        #expect(group("wheel") == nil && group("# wheel") == nil && group("") == nil)
        #expect(group("-1") == nil && group("2147483648") == nil)
    }

    @Test("the groups that list a user are found in order")
    func membership() {
        #expect(AccountFile.groups(of: Array("app".utf8), in: Self.group) == [29, 30, 0])
        #expect(AccountFile.groups(of: Array("other".utf8), in: Self.group) == [29, 30])
        #expect(AccountFile.groups(of: Array("ap".utf8), in: Self.group).isEmpty)
        #expect(AccountFile.groups(of: [], in: Self.group).isEmpty)
    }
}
