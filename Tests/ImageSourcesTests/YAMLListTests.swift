import Testing

@testable import ImageSources

/// The images of YAML as Kubernetes, Helm and Compose write it, with the line of each.
struct YAMLListTests {
    /// The line of each image and its reference. The bytes of the spelling must be the reference.
    static func images(_ yaml: String) throws -> [String] {
        let list = try ImageList(path: "l", Array(yaml.utf8))
        #expect(list.isYAML)
        return try list.images.map { image in
            #expect(image.isReference)
            #expect(image.name == nil)
            #expect(image.file == "l")
            let spelling = try #require(image.spelling)
            let text = String(decoding: list.bytes[spelling.bytes], as: UTF8.self)
            #expect(image.source == "docker://" + text)
            _ = try SourceReference(parsing: image.source)
            return "\(image.line) \(text)"
        }
    }

    private static let deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: app
        spec:
          template:
            spec:
              initContainers:
              - name: init
                image: busybox:1.36
              containers:
              - image: quay.io/org/app:2.0
                name: app
              - name: side
                image: registry.example:5000/side@sha256:\(String(repeating: "a", count: 64))
              ephemeralContainers:
              - {name: debug, image: 'ghcr.io/x/debug'}
        """

    private static let cronJob = """
        kind: CronJob
        apiVersion: batch/v1
        spec:
          jobTemplate:
            spec:
              template:
                spec:
                  containers:
                    - name: job
                      image: "demo/job:1"
                      command: [image, "image: not-this"]
        """

    private static let statefulSet = """
        # Datenbank für Tests: é 名前 😀
        kind: StatefulSet
        spec:
          template:
            spec:
              containers:
                - name: größe # 😀
                  image: postgres:16-alpine # the image: of the database
                  env: [{name: image, value: other:1}]
                - name: exporter
                  image:
                    quay.io/prom/exporter:v1
          volumeClaimTemplates: []
        """

    private static let rendered = """
        ---
        # Source: app/templates/service.yaml
        apiVersion: v1
        kind: Service
        ---
        # Source: app/templates/deployment.yaml
        apiVersion: apps/v1
        kind: Deployment
        spec:
          containers:
            - name: app
              image: "docker.io/bitnami/nginx:1.25.3-debian-11-r1"
              imagePullPolicy: "IfNotPresent"
        ---
        # Source: app/templates/empty.yaml
        ---
        # Source: app/templates/config.yaml
        kind: ConfigMap
        data:
          pod.yaml: |
            kind: Pod
            image: hidden:1
            text: {{ template }}
        ---
        # Source: app/templates/test.yaml
        kind: Pod
        spec:
          containers: [{name: wget, image: busybox}]
        """

    private static let list = """
        apiVersion: v1
        items:
        - apiVersion: v1
          kind: Pod
          spec:
            containers:
            - image: demo/a:1
          status:
            containerStatuses:
            - image: docker.io/demo/a:1
              imageID: docker.io/demo/a@sha256:00
        - kind: Pod
          spec: {containers: [{image: demo/b:1}]}
        kind: List
        """

    private static let compose = """
        version: "3.8"
        x-base: &base
          image: demo/base:1
          restart: always
        x-image: &tool demo/tool:3
        services:
          web:
            <<: *base
            build: .
          db:
            image: mariadb:11
          tool:
            image: *tool
          other: {<<: *base, image: *tool}
        volumes: {}
        """

    private static let resource = """
        apiVersion: monitoring.coreos.com/v1
        kind: Prometheus
        spec:
          image: quay.io/prometheus/prometheus:v2.48.0
          image2: no
          containers: null
          thanos:
            sidecar:
              settings:
                - deep:
                    deeper: [{image: quay.io/thanos/thanos:v0.32}]
          scan: {image: true, count: {image: 3}}
          values:
            image: {repository: x/y, tag: "1", image: z/w:1}
        """

    private static let json = #"""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"é"},"spec":{"containers":[
          {"name":"a","image":"demo/a:1"},
          {"image":"demo\/b:2","name":"b"}]}}
        """#

    @Test(
        arguments: [
            (
                "init and ephemeral containers", deployment,
                [
                    "10 busybox:1.36", "12 quay.io/org/app:2.0",
                    "15 registry.example:5000/side@sha256:\(String(repeating: "a", count: 64))", "17 ghcr.io/x/debug",
                ]
            ), ("a job in a template", cronJob, ["10 demo/job:1"]),
            ("characters of several bytes", statefulSet, ["8 postgres:16-alpine", "12 quay.io/prom/exporter:v1"]),
            ("a rendered chart", rendered, ["12 docker.io/bitnami/nginx:1.25.3-debian-11-r1", "28 busybox"]),
            ("a list with status", list, ["7 demo/a:1", "10 docker.io/demo/a:1", "13 demo/b:1"]),
            ("anchors and merge keys of Compose", compose, ["3 demo/base:1", "5 demo/tool:3", "11 mariadb:11"]),
            (
                "a custom resource", resource,
                ["4 quay.io/prometheus/prometheus:v2.48.0", "11 quay.io/thanos/thanos:v0.32", "14 z/w:1"]
            ), ("flow style", "{kind: Pod, spec: {containers: [{image: a}, {image: 'b:1'}]}}", ["1 a", "1 b:1"]),
            (
                "blocks", "kind: X\na:\n- image: >-\n    demo/a:1\n- image: |-\n    demo/b:1\n",
                ["4 demo/a:1", "6 demo/b:1"]
            ),
            ("directives", "%YAML 1.1\n---\nkind: X\nimage: !!str a\n", ["4 a"]),
            ("no images", "kind: Service\n", []),
            ("docker's own image", "kind: X\nimage: docker:dind", ["2 docker:dind"]),
            (
                "what is null or empty",
                "kind: X\na: [{image: }, {image: ~}, {image: null}, {image: ''}, {image: !!null x}]\n", []
            ),
            ("text that looks like a number", "kind: X\nimage: '386'\n", ["2 386"]),
        ] as [(String, String, [String])])
    func images(_ why: String, _ yaml: String, _ expected: [String]) throws {
        #expect(try Self.images(yaml) == expected, "\(why)")
    }

    /// JSON may escape a slash, which YAML may not in version 1.1.
    @Test func jsonIsRead() throws {
        let yaml = Self.json.replacing(#"\/"#, with: "/")
        #expect(try Self.images(yaml) == ["2 demo/a:1", "3 demo/b:2"])
    }

    @Test func anEscapedReferenceIsRead() throws {
        let list = try ImageList(path: "l", Array(Self.json.utf8))
        #expect(list.images.map(\.source) == ["docker://demo/a:1", "docker://demo/b:2"])
    }

    @Test func quotesAreStated() throws {
        let list = try ImageList(path: "l", Array("kind: X\na: [{image: b}, {image: 'c'}, {image: \"d\"}]".utf8))
        #expect(list.images.map { $0.spelling?.isPlainScalar } == [true, false, false])
    }

    private static let hash = String(repeating: "a", count: 64)

    @Test(
        arguments: [
            ("a path", "./x.tar", "reference host(\".\")"),
            ("an absolute path", "/x", "reference host(\"\")"),
            ("an archive", "x.tar", "reference registryAlone"), ("an option", "-x", "reference repository(\"-x\")"),
            ("docker's transport", "docker://a/b:1", "transport docker://"), ("a layout", "oci:app", "transport oci:"),
            ("a directory", "'dir:/x'", "transport dir:"),
            ("a local image", "containers-storage:x", "transport containers-storage:"),
            ("upper case", "Demo/App:1", "reference upperCase(\"demo/app\")"),
            ("a URL", "'https://a/b'", "reference scheme"),
            ("two words", "a b", "reference repository(\"a b\")"),
            ("an end of line", "|\n  a\n", "reference repository"),
            ("an expression", "'{{ .Values.image }}'", "expression"),
            ("an expression without quotes", "{{ .Values.i }}", "expression"),
            ("a part of it", "\"a:{{ .Chart.AppVersion }}\"", "expression"),
            ("a variable", "a:${TAG:-1}", "expression"),
            ("a variable without braces", "$IMAGE", "expression"), ("the ID of an image", "sha256:\(hash)", "ID"),
            ("an ID alone", hash, "ID"), ("another type", "!!binary YQ==", "tag"), ("a private type", "!Sub a", "tag"),
            ("an unknown alias", "*x", "no anchor x"), ("a NUL", "\"a\\0\"", "reference"),
            ("a platform", "a=arm64", "reference repository(\"a=arm64\")"),
        ])
    func errorsNameTheLine(_ why: String, _ value: String, _ expected: String) throws {
        let yaml = "kind: X\na: [{image: b}]\nimage: \(value)\n"
        let error = try #require(throws: ImageListErrors.self, "\(why)") { try ImageList(path: "l", Array(yaml.utf8)) }
        let only = try #require(error.errors.first)
        #expect(error.errors.count == 1)
        #expect(only.line == 3, "\(why)")
        #expect(PlainListTests.word(only.reason).hasPrefix(expected), "\(why): \(PlainListTests.word(only.reason))")
    }

    @Test func aReferenceBelowImageIsRead() throws {
        let yaml = """
            kind: Pod
            spec:
              volumes:
              - image: {reference: a/b:1, pullPolicy: Always}
              - image:
                  repository: nginx
                  tag: "1"
              - image: [c, d]
              - image: {nested: {image: e}}
              - {image: 1.25, b: {image: true}}
            """
        let list = try ImageList(path: "l", Array(yaml.utf8))
        #expect(list.images.map(\.source) == ["docker://a/b:1", "docker://e"])
        #expect(list.skipped == [6, 8, 10, 10])
    }

    @Test func allErrorsAreReported() throws {
        let yaml = "kind: X\na: {image: $A}\nb: {image: *c}\n---\nimage: $D\n---\nservices: {image: -x}\nd: {{ e }}\n"
        let error = try #require(throws: ImageListErrors.self) { try ImageList(path: "l", Array(yaml.utf8)) }
        #expect(error.errors.map(\.line) == [2, 3, 7, 8])
    }

    @Test(
        arguments: [
            ("neither kind nor services", "a: b\nimage: c\n", "no document"), ("a list", "- a\n- b\n", "no document"),
            ("values of a chart", "image:\n  repository: x\n", "no document"),
            ("a lone marker", "---\n", "no document"),
            ("a template", "kind: X\n{{- if .Values.a }}\nimage: b\n{{- end }}\n", "yaml, expressions"),
            ("a template at the start", "{{- range . }}\nkind: X\n", "yaml, expressions"),
            ("malformed", "kind: X\na: b: c\n", "yaml"),
            ("nested deeply", "{kind: \(String(repeating: "[", count: 400))", "yaml"),
            ("a NUL", "kind: X\nimage: a\0\n", "yaml"),
        ])
    func refusesStreams(_ why: String, _ yaml: String, _ expected: String) throws {
        let error = try #require(throws: ImageListErrors.self, "\(why)") { try ImageList(path: "l", Array(yaml.utf8)) }
        #expect(error.errors.map { PlainListTests.word($0.reason) } == [expected], "\(why)")
    }
}
