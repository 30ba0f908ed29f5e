/// The style of a page: system fonts, digits of one width, light and dark, narrow and printed. All colors of text have
/// a contrast of at least 4.5 to 1.
enum StyleSheet {
    static let text = colors + type + tables + parts + narrow + print

    private static let colors = """
        :root { color-scheme: light dark;
          --page: #fff; --text: #1b1f24; --quiet: #57606a; --line: #d8dee4; --soft: #f6f8fa;
          --good: #116329; --bad: #b3151d; --warning: #7d4e00; --own: #3567a8; --shared: #8fb1dc; }
        @media (prefers-color-scheme: dark) { :root {
          --page: #14171b; --text: #e3e6ea; --quiet: #a3acb6; --line: #363d46; --soft: #1d2229;
          --good: #6fd08c; --bad: #ff8f8a; --warning: #e6b450; --own: #7ea9e0; --shared: #41618a; } }

        """

    private static let type = """
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--page); color: var(--text);
          font: 0.9375rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
          font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
        code, h1, h2, h3, h4, h5, h6, bdi, p, li, .wide, small { overflow-wrap: anywhere; }
        code { font: 0.8125rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; }
        h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 0; font-weight: 600; }
        h1 { font-size: 1.625rem; }
        h2 { font-size: 1.25rem; margin-top: 2.5rem; }
        h3 { font-size: 1.0625rem; margin-top: 2rem; }
        h4, h5, h6 { font-size: 0.9375rem; margin-top: 1.5rem; }
        p { margin: 0.375rem 0; }
        ul, ol { margin: 0; padding: 0; list-style: none; }
        small { font-size: 0.8125rem; }
        small, .quiet { color: var(--quiet); }
        .good { color: var(--good); }
        .bad { color: var(--bad); }
        .warning { color: var(--warning); }
        td > .fact, th > .fact { white-space: nowrap; }

        """

    private static let tables = """
        table { width: 100%; border-collapse: collapse; margin: 0.75rem 0 0; }
        caption { text-align: left; color: var(--quiet); padding-bottom: 0.25rem; font-size: 0.8125rem; }
        th, td { text-align: left; vertical-align: top; padding: 0.375rem 1rem 0.375rem 0; font-weight: inherit;
          border-bottom: 1px solid var(--line); }
        thead th { color: var(--quiet); font-size: 0.8125rem; white-space: nowrap; }
        th:last-child, td:last-child { padding-right: 0; }
        tbody th { font-weight: 600; }
        .group th { padding-top: 1.25rem; }
        .number { text-align: right; white-space: nowrap; }
        td small, th small { display: block; font-weight: 400; }
        .settings th { width: 11rem; color: var(--quiet); font-weight: 400; }
        .texts, .settings ul { margin: 0; }
        .texts th, .settings .texts th { width: 40%; color: var(--text); font-weight: 400; }
        td > .texts tr:first-child > * { padding-top: 0; }
        td > .texts tr:last-child > * { border-bottom: 0; padding-bottom: 0; }
        .matrix th[scope="row"] { width: 20%; }
        .matrix td:nth-child(2), .matrix td:nth-child(3) { width: 25%; }
        .facts th[scope="row"] { width: 6rem; }
        .facts td:nth-child(2) { width: 32%; }
        .findings td:last-child { width: 32%; }
        .layers .digest { width: 36rem; font-weight: 400; }
        .layers .bar { width: 16%; }
        .layers .bar .track { margin-top: 0.3125rem; }

        """

    private static let parts = """
        .tool { color: var(--quiet); margin: 0 0 0.25rem; }
        .verdict { margin: 1rem 0; padding: 0.75rem 1rem; background: var(--soft); border-left: 4px solid var(--quiet); }
        .verdict.good, .verdict.bad, .verdict.warning { border-color: currentColor; }
        .verdict > * { color: var(--text); }
        .verdict > strong { display: block; color: inherit; font-size: 1.125rem; }
        .verdict li { margin-top: 0.25rem; }
        .image { border-top: 1px solid var(--line); margin-top: 2rem; }
        .image > :first-child { margin-top: 1rem; }
        .many .image { margin-top: 0.75rem; }
        .many .image > :first-child { margin-top: 0.75rem; }
        .platform { margin-top: 1.5rem; padding-left: 1rem; border-left: 2px solid var(--line); }
        .platform > :first-child { margin-top: 0; }
        details { margin-top: 0.5rem; }
        summary { cursor: pointer; padding: 0.25rem 0; }
        summary:focus-visible { outline: 2px solid var(--own); outline-offset: 2px; }
        td > details, li > details { margin-top: 0; }
        td > details > summary, li > details > summary { padding: 0; }
        .whole { display: block; padding: 0.5rem; background: var(--soft); }
        .bars { margin-top: 0.75rem; }
        .bars li { display: grid; grid-template-columns: 11rem 1fr 15rem; gap: 0 1rem; align-items: center; margin-top: 0.375rem; }
        .track { display: flex; height: 0.75rem; background: var(--soft); print-color-adjust: exact;
          -webkit-print-color-adjust: exact; }
        .track span { flex: none; background: var(--own); border-right: 1px solid var(--page); }
        .track .shared, .key.shared { background: var(--shared); }
        .key { display: inline-block; width: 0.75rem; height: 0.75rem; background: var(--own); margin: 0 0.375rem 0 0;
          vertical-align: -0.0625rem; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        .key.shared { margin-left: 1rem; }
        footer { margin-top: 3rem; padding-top: 0.75rem; border-top: 1px solid var(--line); color: var(--quiet); }

        """

    private static let narrow = """
        @media (max-width: 44rem) {
          body { padding: 1rem; }
          h1 { font-size: 1.375rem; }
          .platform { padding-left: 0.75rem; }
          .bars li { grid-template-columns: 1fr auto; }
          .bars .track { grid-column: 1 / -1; grid-row: 2; }
          table, tbody, tr, th, td { display: block; }
          caption { display: block; }
          thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          tr { padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
          th, td { border: 0; padding: 0.125rem 0; }
          td[data-column] { display: grid; grid-template-columns: 6rem minmax(0, 1fr); gap: 0 0.75rem; }
          td[data-column]::before { content: attr(data-column); color: var(--quiet); font-size: 0.8125rem; }
          td[data-column]:empty { display: none; }
          td > * { grid-column: 2; }
          .number { text-align: left; }
          th, td { width: auto !important; }
          .texts tr { padding: 0.25rem 0; }
        }

        """

    private static let print = """
        @media print {
          :root { color-scheme: light;
            --page: #fff; --text: #000; --quiet: #444; --line: #bbb; --soft: #f4f4f4;
            --good: #0b4f1f; --bad: #8f0f16; --warning: #6b4300; --own: #3567a8; --shared: #8fb1dc; }
          @page { margin: 1.5cm; }
          body { max-width: none; padding: 0; font-size: 9pt; }
          code { font-size: 8pt; }
          h1, h2, h3, h4, h5, h6, summary, caption, thead { break-after: avoid; }
          tr, .verdict, .bars li { break-inside: avoid; }
          article:not(.many) details:not(.long)::details-content { content-visibility: visible; block-size: auto; }
        }

        """
}
