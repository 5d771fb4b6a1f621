namespace Assay.Monitoring.Reports;

/// <summary>The report's style: the console's colours, in light and dark by what the reader's system says.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root { --paper: #f6f6f3; --card: #fff; --line: #e3e2dc; --ink: #1c2330; --soft: #5d6675; --ok: #17693f; --warn: #8a5a00; --bad: #a11b12; --first: #7c8796; --second: #1d56a8; color-scheme: light dark }
        @media (prefers-color-scheme: dark) { :root { --paper: #0f1419; --card: #171d25; --line: #2a323d; --ink: #e7e9ec; --soft: #9aa4b2; --ok: #63c993; --warn: #e5b155; --bad: #f18a80; --first: #7f8b9b; --second: #86b2f2 } }
        * { box-sizing: border-box }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif }
        header, main { max-width: 1080px; margin: 0 auto; padding: 0 24px }
        header { padding-top: 40px }
        .eyebrow { margin: 0; color: var(--soft); font-size: 13px; letter-spacing: .02em }
        h1 { margin: 4px 0 20px; font-size: 30px; line-height: 1.2; overflow-wrap: anywhere }
        h1 span { color: var(--soft); font-weight: 400 }
        h2 { margin: 0 0 10px; font-size: 19px }
        section { margin: 0 0 34px }
        section > p { max-width: 72ch; color: var(--soft); margin: 0 0 12px }
        .verdict { background: var(--card); border: 1px solid var(--line); border-left: 5px solid var(--soft); border-radius: 8px; padding: 18px 20px }
        .verdict.bad { border-left-color: var(--bad) } .verdict.ok { border-left-color: var(--ok) } .verdict.warn { border-left-color: var(--warn) }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 14px; margin: 14px 0 0 }
        dt { color: var(--soft); font-size: 13px } dd { margin: 0; font-size: 24px; font-variant-numeric: tabular-nums }
        .badge { display: inline-block; border: 1px solid currentColor; border-radius: 999px; padding: 0 9px; font-size: 12.5px; font-weight: 600; line-height: 20px; vertical-align: 2px }
        .badge.bad { color: var(--bad) } .badge.ok { color: var(--ok) } .badge.warn { color: var(--warn) }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; margin: 0 0 10px; padding: 12px 16px }
        summary { cursor: pointer } summary span { color: var(--soft) } summary strong { overflow-wrap: anywhere }
        details[open] summary { margin-bottom: 14px }
        .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr)); gap: 24px; align-items: start }
        figure { margin: 0 } figcaption { font-weight: 600; margin-bottom: 8px } figure p { margin: 6px 0 0; color: var(--soft); font-size: 13px }
        table { border-collapse: collapse; width: 100%; font-size: 13.5px }
        th, td { text-align: left; padding: 4px 10px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top }
        thead th { color: var(--soft); font-weight: 500 } tbody th { font-weight: 500 }
        .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
        small { color: var(--soft); font-size: 12px; font-weight: 400 }
        .scroll { overflow-x: auto }
        .chart { display: block; width: 100%; height: auto; margin: 0 0 10px }
        .chart text { fill: var(--ink); font: 12px system-ui, sans-serif } .chart .tick, .chart .value { fill: var(--soft); font-size: 11px }
        .bar-reference, .dot-reference { fill: var(--first) } .bar-current, .dot-current { fill: var(--second) }
        .bar-calm { fill: var(--first); opacity: .55 } .bar-bad { fill: var(--bad); opacity: .75 }
        .whisker { stroke: var(--ink); stroke-width: 1.2; fill: none } .bound { stroke: var(--bad); stroke-dasharray: 4 3; fill: none } .axis { stroke: var(--line) }
        .method p { max-width: 80ch }
        @media print { body { background: #fff } .card, .verdict { break-inside: avoid } }
        """;
}
