using System.Globalization;
using System.Text;
using Assay.Kernel;
using Assay.Statistics.Intervals;
using static Assay.Monitoring.Reports.HtmlReport;

namespace Assay.Monitoring.Reports;

/// <summary>The report's charts as SVG. Colours are classes of the page's style, so they follow light and dark; each chart has its words for who can't see it.</summary>
internal static class ReportCharts
{
    private const int LabelLength = 26;

    /// <summary>One bar per column, its interval as a line, and the bound.</summary>
    public static void Indices(StringBuilder html, IReadOnlyList<ColumnComparison> ranked, double threshold)
    {
        const int Row = 24, Left = 190, Width = 620, Right = 70;
        var most = Math.Max(threshold * 1.5, ranked.Max(column => Math.Max(PsiOf(column)!.Statistic!.Value, PsiOf(column)!.Interval?.High ?? 0)));
        double X(double value) => Left + (Math.Min(1, value / most) * Width);
        var height = (ranked.Count * Row) + 22;
        html.Append(CultureInfo.InvariantCulture, $"<svg class=\"chart\" viewBox=\"0 0 {Left + Width + Right} {height}\" role=\"img\" aria-label=\"Index of {ranked.Count} columns, bound {Figure(threshold)}\">\n");
        for (var i = 0; i < ranked.Count; i++)
        {
            var (column, psi, y) = (ranked[i], PsiOf(ranked[i])!, i * Row);
            var value = psi.Statistic!.Value;
            html.Append(CultureInfo.InvariantCulture, $"<text class=\"label\" x=\"{Left - 10}\" y=\"{y + 16}\" text-anchor=\"end\">{Text(column.Name.Shortened(LabelLength))}</text>");
            html.Append(CultureInfo.InvariantCulture, $"<rect class=\"{(column.Verdict == ComparisonVerdict.Drift ? "bar-bad" : "bar-calm")}\" x=\"{Left}\" y=\"{y + 5}\" width=\"{Math.Max(1, X(value) - Left):0.#}\" height=\"14\" rx=\"2\"/>");
            if (psi.Interval is { } interval)
                html.Append(CultureInfo.InvariantCulture, $"<path class=\"whisker\" d=\"M{X(interval.Low):0.#} {y + 12}H{X(interval.High):0.#}M{X(interval.Low):0.#} {y + 8}v8M{X(interval.High):0.#} {y + 8}v8\"/>");
            var end = X(Math.Max(value, psi.Interval?.High ?? 0));
            var beside = end < X(threshold) && end > X(threshold) - 60 ? X(threshold) : end;   // not across the bound
            html.Append(CultureInfo.InvariantCulture, $"<text class=\"value\" x=\"{beside + 6:0.#}\" y=\"{y + 16}\">{Figure(value)}</text>\n");
        }

        html.Append(CultureInfo.InvariantCulture, $"<path class=\"bound\" d=\"M{X(threshold):0.#} 0V{height - 18}\"/><text class=\"value\" x=\"{X(threshold):0.#}\" y=\"{height - 4}\" text-anchor=\"middle\">{Figure(threshold)}</text>\n</svg>\n");
    }

    /// <summary>Shares of both tables over the same bins, side by side.</summary>
    public static void Distributions(StringBuilder html, ComparedBins bins, string name)
    {
        const int Width = 460, Height = 150, Bottom = 34;
        var (before, now) = (Shares(bins.Reference), Shares(bins.Current));
        var most = Math.Max(1e-9, before.Concat(now).DefaultIfEmpty(0).Max());
        var step = (double)Width / Math.Max(1, bins.Labels.Count);
        html.Append(CultureInfo.InvariantCulture, $"<svg class=\"chart\" viewBox=\"0 0 {Width} {Height + Bottom}\" role=\"img\" aria-label=\"Distribution of {name} in the reference and now\">\n");
        for (var bin = 0; bin < bins.Labels.Count; bin++)
        {
            var (x, half) = (bin * step, step * 0.42);
            var title = $"{bins.Labels[bin]}: reference {100 * before[bin]:0.#} %, current {100 * now[bin]:0.#} %";
            html.Append(CultureInfo.InvariantCulture, $"<g><title>{Text(title)}</title>");
            Bar("bar-reference", x + (step * 0.06), half, before[bin] / most);
            Bar("bar-current", x + (step * 0.06) + half, half, now[bin] / most);
            if (bins.Labels.Count <= 6 || bin % 3 == 0)
                html.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{(bin == bins.Labels.Count - 1 ? x + step : bin == 0 ? x : x + (step / 2)):0.#}\" y=\"{Height + 14}\" text-anchor=\"{(bin == bins.Labels.Count - 1 ? "end" : bin == 0 ? "start" : "middle")}\">{Text(bins.Labels[bin].Shortened(bins.Labels.Count <= 6 ? 12 : 17))}</text>");
            html.Append("</g>\n");
        }

        html.Append(CultureInfo.InvariantCulture, $"<path class=\"axis\" d=\"M0 {Height}H{Width}\"/>");
        html.Append(CultureInfo.InvariantCulture, $"<rect class=\"bar-reference\" x=\"0\" y=\"{Height + 22}\" width=\"10\" height=\"10\" rx=\"2\"/><text class=\"tick\" x=\"15\" y=\"{Height + 31}\">reference</text>");
        html.Append(CultureInfo.InvariantCulture, $"<rect class=\"bar-current\" x=\"85\" y=\"{Height + 22}\" width=\"10\" height=\"10\" rx=\"2\"/><text class=\"tick\" x=\"100\" y=\"{Height + 31}\">current</text>\n</svg>\n");

        void Bar(string style, double x, double width, double share)
        {
            var height = share * (Height - 8);
            html.Append(CultureInfo.InvariantCulture, $"<rect class=\"{style}\" x=\"{x:0.#}\" y=\"{Height - height:0.#}\" width=\"{width:0.#}\" height=\"{height:0.#}\"/>");
        }
    }

    /// <summary>Both values with their intervals on one scale.</summary>
    public static void Performance(StringBuilder html, PerformanceFigure figure)
    {
        if (figure is not { Reference: { } before, Current: { } now })
            return;
        const int Left = 80, Width = 300;
        Interval[] spans = [figure.ReferenceInterval ?? new(before, before), figure.CurrentInterval ?? new(now, now)];
        var (least, most) = (spans.Min(span => span.Low), spans.Max(span => span.High));
        var margin = Math.Max(1e-9, (most - least) * 0.15);
        double X(double value) => Left + ((value - least + margin) / (most - least + (2 * margin)) * Width);
        html.Append(CultureInfo.InvariantCulture, $"<svg class=\"chart\" viewBox=\"0 0 {Left + Width + 80} 64\" role=\"img\" aria-label=\"{Text(figure.Metric)}: reference {Figure(before)}, current {Figure(now)}\">\n");
        Line("reference", before, spans[0], 18, "dot-reference");
        Line("current", now, spans[1], 48, "dot-current");
        html.Append("</svg>\n");

        void Line(string name, double value, Interval span, int y, string style)
        {
            html.Append(CultureInfo.InvariantCulture, $"<text class=\"label\" x=\"{Left - 10}\" y=\"{y + 4}\" text-anchor=\"end\">{name}</text>");
            html.Append(CultureInfo.InvariantCulture, $"<path class=\"whisker\" d=\"M{X(span.Low):0.#} {y}H{X(span.High):0.#}M{X(span.Low):0.#} {y - 5}v10M{X(span.High):0.#} {y - 5}v10\"/><circle class=\"{style}\" cx=\"{X(value):0.#}\" cy=\"{y}\" r=\"5\"/>");
            html.Append(CultureInfo.InvariantCulture, $"<text class=\"value\" x=\"{Left + Width + 8}\" y=\"{y + 4}\">{Figure(value)}</text>\n");
        }
    }

    private static double[] Shares(IReadOnlyList<long> counts)
    {
        var rows = Math.Max(1, counts.Sum());
        return [.. counts.Select(count => (double)count / rows)];
    }
}
