import ImageModel
import Testing

@Suite("The name of an entry comes from its annotations")
struct ImageLabelTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let sentence: String
        let reference: String?
        let containerd: String?
        let label: String?
        var isContradicted = false

        var testDescription: String { sentence }
    }

    static let cases = [
        Case(sentence: "no annotation", reference: nil, containerd: nil, label: nil),
        Case(sentence: "an empty ref.name is none", reference: "", containerd: nil, label: nil),
        Case(sentence: "a tag alone stays a tag", reference: "1.0", containerd: nil, label: "1.0"),
        Case(
            sentence: "a full name is normalised", reference: "demo/u:1", containerd: nil, label: "docker.io/demo/u:1"),
        Case(
            sentence: "containerd's name alone", reference: nil, containerd: "docker.io/demo/u:1",
            label: "docker.io/demo/u:1"),
        Case(
            sentence: "both agree", reference: "1", containerd: "docker.io/demo/u:1", label: "docker.io/demo/u:1"),
        Case(
            sentence: "umoci and oras copy containerd's annotation to a new tag", reference: "new",
            containerd: "docker.io/demo/u:1", label: "docker.io/demo/u:new", isContradicted: true),
        Case(
            sentence: "a full ref.name is the identity", reference: "quay.io/org/app:2",
            containerd: "docker.io/demo/u:1", label: "quay.io/org/app:2", isContradicted: true),
        Case(
            sentence: "the same full name twice", reference: "demo/u:1", containerd: "docker.io/demo/u:1",
            label: "docker.io/demo/u:1"),
        Case(
            sentence: "a ref.name that is no tag stays as it is", reference: "a b", containerd: "docker.io/demo/u:1",
            label: "a b", isContradicted: true),
        Case(
            sentence: "an invalid annotation of containerd is ignored", reference: "1", containerd: "Not A Name",
            label: "1"),
    ]

    @Test("label", arguments: cases)
    func label(_ one: Case) {
        var annotations: [String: String] = [:]
        annotations[ImageLabel.referenceKey] = one.reference
        annotations[ImageLabel.containerdKey] = one.containerd
        let label = ImageLabel(annotations: annotations)
        #expect(label?.description == one.label)
        #expect(label?.isContradicted(by: annotations) ?? false == one.isContradicted)
    }
}
