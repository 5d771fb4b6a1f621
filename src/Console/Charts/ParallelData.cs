using System.Text.Json;

namespace Assay.Console.Charts;

/// <summary>
/// Things as lines across upright axes, one per value that they have. An axis has numbers, or words where a series gives
/// texts; a thing without a value on an axis has a gap there.
/// </summary>
/// <param name="Axes">One series per axis, with a value or text per label.</param>
/// <param name="Labels">What the lines are.</param>
/// <param name="Lines">For each its colour and whether it is dashed.</param>
public sealed record ParallelData(IReadOnlyList<ChartSeries> Axes, IReadOnlyList<string> Labels, IReadOnlyList<(string Color, bool Dashed)> Lines)
    : ChartData(ChartShape.Line, "Run", string.Join(", ", Axes.Select(axis => axis.Name)), Labels, Axes)
{
    // One series for all lines: with one for each, the library would take an axis' range from the first.
    internal override string Options() => JsonSerializer.Serialize(
        new
        {
            animation = false,
            tooltip = new { trigger = "item", confine = true, formatter = "{b}", backgroundColor = "--card", borderColor = "--line", textStyle = new { color = "--ink" } },
            parallel = new { left = 40, right = 70, top = 34, bottom = 20 },
            parallelAxis = Axes.Select((axis, place) => new
            {
                dim = place,
                name = axis.Name,
                nameTextStyle = new { color = "--ink" },
                nameTruncate = new { maxWidth = 110, ellipsis = "…" },
                axisLabel = Text(),
                axisLine = Line(),
                axisTick = Line(),
                type = axis.Texts is null ? "value" : "category",
                data = axis.Texts?.Where(text => text.Length > 0).Distinct().Order(StringComparer.Ordinal),
                scale = axis.Texts is null ? true : (bool?)null,
            }),
            series = new[]
            {
                new
                {
                    type = "parallel",
                    data = Labels.Select((label, line) => new
                    {
                        name = label,
                        value = Axes.Select(axis => Value(axis, line)),
                        lineStyle = new { color = "--" + Lines[line].Color, width = 2, opacity = 0.9, type = Lines[line].Dashed ? "dashed" : "solid" },
                    }),
                },
            },
        },
        AsWritten);

    private static object Value(ChartSeries axis, int line) =>
        axis.Texts is null ? (object?)axis.Values[line] ?? "-" : axis.Texts[line] is { Length: > 0 } text ? text : "-";
}
