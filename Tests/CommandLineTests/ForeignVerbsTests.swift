import Testing

@testable import ocimerge

@Suite("Verbs of other tools")
struct ForeignVerbsTests {
    /// From the help of each tool.
    static let tools: [(name: String, verbs: String)] = [
        (
            "docker",
            """
            attach bake build builder buildx checkpoint commit compose config container context cp create diff events \
            exec export history image images import info init inspect kill load login logout logs manifest network \
            node pause plugin port ps pull push rename restart rm rmi run save sbom scout search secret service stack \
            start stats stop swarm system tag top trust unpause update version volume wait
            """
        ),
        (
            "podman",
            """
            artifact attach auto-update build commit compose container cp create diff events exec export farm generate \
            healthcheck help history image images import info init inspect kill kube load login logout logs machine \
            manifest mount network pause play pod port ps pull push quadlet rename restart rm rmi run save search \
            secret start stats stop system tag top umount unmount unpause unshare untag update version volume wait
            """
        ),
        (
            "buildah",
            """
            add bud build commit config containers copy from help images info inspect login logout manifest mount \
            prune pull push rename rm rmi run tag umount unshare version
            """
        ),
        (
            "skopeo",
            """
            copy delete generate-sigstore-key help inspect list-tags login logout manifest-digest standalone-sign \
            standalone-verify sync
            """
        ),
        (
            "crane",
            """
            append auth blob catalog completion config copy cp delete digest edit export flatten help index layout ls \
            manifest mutate pull push rebase registry serve tag validate version
            """
        ),
        (
            "regctl",
            """
            artifact blob completion config digest help image index manifest ref registry repo tag version
            """
        ),
        (
            "oras",
            """
            attach backup blob completion copy cp discover help login logout manifest pull push repo resolve restore \
            tag version
            """
        ),
        ("umoci", "config gc help init insert list ls new raw remove repack rm stat tag unpack"),
        ("manifest-tool", "from-args from-spec help inspect push"),
    ]

    @Test("each is a command or names one", arguments: tools.indices)
    func known(_ number: Int) {
        for verb in Self.tools[number].verbs.split(separator: " ").map(String.init) {
            #expect(
                CommandTable.command(named: verb) != nil || ForeignVerbs.advice(for: verb) != nil, "\(verb)")
        }
    }

    @Test("no verb of another tool hides a command")
    func hidden() {
        for command in CommandTable.all {
            for name in [command.name] + command.aliases { #expect(ForeignVerbs.advice(for: name) == nil, "\(name)") }
        }
    }

    static let advices: [(verb: String, advice: String)] = [
        (
            "flatten",
            "ocimerge does not change the files of layers; to add a layer, write: ocimerge edit SOURCE --add-layer DIR -o DEST"
        ),
        (
            "rebase",
            "ocimerge does not change the files of layers; to add a layer, write: ocimerge edit SOURCE --add-layer DIR -o DEST"
        ),
        (
            "repack",
            "ocimerge does not change the files of layers; to add a layer, write: ocimerge edit SOURCE --add-layer DIR -o DEST"
        ),
        (
            "mutate",
            "write: ocimerge edit SOURCE --label KEY=VALUE -o DEST, or another change; see ocimerge help edit"
        ),
        ("registry", "to log in to a registry, write: ocimerge login HOST; ocimerge serves no registry"),
        ("serve", "ocimerge serves no registry"),
        ("resolve", "write: ocimerge digest SOURCE"), ("manifest-digest", "write: ocimerge digest SOURCE"),
        ("restore", "write: ocimerge push SOURCE --all HOST/NAMESPACE"), ("backup", "write: ocimerge pull REF DEST"),
        (
            "attach",
            "ocimerge neither attaches artifacts nor runs images; to attach one, write: oras attach REF FILE"
        ),
        ("standalone-sign", "ocimerge does not sign images; write: cosign sign REF"),
        (
            "standalone-verify",
            "ocimerge checks no signatures; to check content and platforms, write: ocimerge verify SOURCE"
        ),
        ("buildx", "ocimerge does not build images; to join images, write: ocimerge SOURCE... -o DEST"),
        ("builder", "ocimerge neither builds nor runs images"),
        ("top", "ocimerge neither builds nor runs images"), ("kill", "ocimerge neither builds nor runs images"),
        ("stack", "ocimerge neither builds nor runs images"), ("unmount", "ocimerge neither builds nor runs images"),
        ("generate", "ocimerge neither builds nor runs images"),
        ("sbom", "ocimerge makes no SBOM; to list attestations, write: ocimerge inspect SOURCE"),
        ("scout", "ocimerge makes no SBOM; to list attestations, write: ocimerge inspect SOURCE"),
        ("system", "write: ocimerge gc LAYOUT"), ("image", "write: ocimerge ls SOURCE"),
        ("layout", "write: ocimerge ls LAYOUT"), ("stat", "write: ocimerge inspect SOURCE"),
        ("ref", "for the forms of references, write: ocimerge help sources"),
        ("init", "ocimerge makes a layout with its first image; write: ocimerge SOURCE -o DIR/"),
        ("new", "ocimerge makes a layout with its first image; write: ocimerge SOURCE -o DIR/"),
        ("raw", "write: ocimerge inspect --raw SOURCE"),
        ("raw-unpack", "ocimerge does not unpack images; write: umoci unpack --image LAYOUT:TAG BUNDLE"),
        ("rename", "write: ocimerge tag LAYOUT:NAME NEW"),
    ]

    @Test("these name this command", arguments: advices.indices)
    func advice(_ number: Int) {
        let (verb, advice) = Self.advices[number]
        #expect(ForeignVerbs.advice(for: verb) == advice)
    }
}
