extension HelpTopic {
    static let registries = HelpTopic(
        name: "registries",
        summary: "credentials, TLS, proxies, retries and uploads",
        commands: [
            "merge", "copy", "push", "pull", "inspect", "digest", "fix", "verify", "ls", "diff", "cat", "login",
            "logout",
        ],
        blocks: [
            .paragraph(
                """
                docker://HOST/REPO[:TAG][@DIGEST] is a source, and without @DIGEST a destination (default for TAG: \
                latest; default for HOST: docker.io). inspect reads manifests and configs. merge also reads the parts \
                of layers that show the platform. Images of one registry are joined without moving a layer.
                """),
            .heading("Credentials"),
            .paragraph("The first of these that has credentials for the registry is used:"),
            .lines([
                "1. --username USER with --password-stdin (for one registry)",
                "2. --authfile FILE",
                "3. the content of $DOCKER_AUTH_CONFIG",
                "4. the file $REGISTRY_AUTH_FILE",
                "5. podman's auth.json",
                "6. docker's config.json, with its credHelpers and credsStore",
            ]),
            .paragraph(
                """
                ocimerge login checks a password and stores it where docker or podman store it. Basic authentication, \
                bearer tokens and identity tokens are supported. Secrets never follow a redirect to another host. \
                They appear in no output and in no process argument. A token server on another host is used over \
                https only, even with --plain-http.
                """),
            .paragraph(
                """
                After login and logout only the owner can read the file. Files with credentials and certificates must \
                be regular files. A credential helper that gives no answer for 30 s is ended with its children. A \
                signal to ocimerge ends it too.
                """),
            .heading("TLS and proxies"),
            .paragraph(
                """
                TLS is the default. --ca, --cert and --key add certificates to those in certs.d. --insecure accepts \
                any certificate. --plain-http uses no TLS. A registry on this machine (localhost, 127.0.0.1) is also \
                asked without TLS, if it has none. http_proxy, https_proxy and no_proxy apply to all other hosts.
                """),
            .heading("What is sent"),
            .paragraph(
                """
                A manifest that the registry has costs one request and proves its blobs: registries take it only with \
                them. Each other blob takes one request. A blob of another repository of the registry is mounted, if the source, this run \
                or the registry knows it. Other blobs are uploaded in parallel, \
                four at once (change it with --jobs). They are sent whole. Chunks are used with --chunk-size, if the \
                registry asks for them (OCI-Chunk-Min-Length), or if it refuses a large body (413). Manifests follow \
                the blobs, indexes follow manifests, and tags come last. So no tag leads to an incomplete image.
                """),
            .paragraph(
                """
                push SOURCE REF... pushes exactly the digests that inspect shows. --all PREFIX pushes every named \
                image: docker.io/library/busybox:1 becomes PREFIX/busybox:1. --platform pushes or pulls some \
                platforms in an index of these alone. --referrers adds signatures, SBOMs and attestations: by the \
                referrers API, by its tags, and by cosign's tags.
                """),
            .paragraph(
                """
                push --list FILE --all PREFIX copies listed images from registry to registry, under the names of FILE. \
                All images that do not exist are reported together. --rewrite FILE prints Kubernetes \
                or Compose YAML, or a plain list, with the pushed references. References by digest need exactly that \
                content. An alias of YAML changes with its anchor. Quotes and comments stay.
                """),
            .examples([
                CommandExample(
                    line: "ocimerge push x.tar --all r.io/m --rewrite a.yaml | kubectl apply -f -",
                    what: "Push a bundle and deploy from the registry that has it.")
            ]),
            .paragraph(
                """
                Artifacts get no tag in a registry, unless the source holds nothing else. Every byte is hashed as it \
                leaves or arrives. A damaged layer never becomes a complete upload. An answer with another digest is \
                an error. An upload, a mount or a manifest counts only if the registry states its digest. \
                If it states none, a second request must find the content.
                """),
            .heading("Retries and time limits"),
            .paragraph(
                """
                Broken connections and the answers 408, 429 and 5xx are retried with growing, random pauses; \
                Retry-After is respected. An upload resumes where the registry says, in this run or in the next. An \
                upload session that the registry has lost costs that blob alone. Downloads resume by Range, also in the next run.
                """),
            .terms([
                .init(form: "connection", meaning: "At most 30 s, including the TLS handshake."),
                .init(
                    form: "transfer",
                    meaning: "Ends after 60 s below 1 kB/s. Time that ocimerge itself needs does not count."),
                .init(form: "answer", meaning: "At most 10 minutes after a complete upload."),
                .init(form: "retries", meaning: "None starts later than 5 minutes after the first attempt."),
            ]),
            .paragraph(
                """
                A request that exceeds a limit is sent once more. A signal ends every wait. Errors that cannot pass, \
                such as a denied access, are not retried.
                """),
            .heading("Interrupted downloads"),
            .paragraph(
                """
                merge, copy, pull and pack keep the layers of a registry in .NAME.ocimerge-partial beside DEST until \
                they succeed. After a kill or a lost network the same command resumes. Only the rest of a partial \
                layer is requested. Kept bytes are verified before they are used. Success removes the directory, \
                and --fresh starts again.
                """),
            .paragraph(
                """
                Only its owner has access to the directory, and one run at a time uses it. Less than 1 MB is not kept \
                after an error. A layout takes the layers over without a copy; an archive needs space for both. \
                Nothing is kept with -o - or between registries.
                """),
            .heading("Files"),
            .terms(Setting.files.filter { $0.isUsed(by: PushRow.command) }.map(\.word)),
            .heading("Variables of the environment"),
            .terms(Setting.environment.filter { $0.isUsed(by: PushRow.command) && !$0.flags.isEmpty }.map(\.word)),
            .heading("Limits"),
            .paragraph(
                """
                docker-registry 2.8, the base of Harbor and GitLab, forgets an upload whose request broke off. That \
                blob is sent again. Between two chunks (--chunk-size) such an upload resumes too. Schema 1, the API \
                before /v2/, Negotiate and session cookies are not supported.
                """),
        ])
}
