using System.Text.Json;

namespace Assay.Console.Charts;

/// <summary>Things as points of two of their values.</summary>
/// <param name="X">Values along the lower axis, one per label.</param>
/// <param name="Y">Values along the left axis.</param>
/// <param name="Labels">What the points are.</param>
/// <param name="Colors">Names of colour tokens, one per label.</param>
public sealed record ScatterData(ChartSeries X, ChartSeries Y, IReadOnlyList<string> Labels, IReadOnlyList<string> Colors)
    : ChartData(ChartShape.Line, "Run", Y.Name, Labels, [X, Y])
{
    internal override string Options() => JsonSerializer.Serialize(
        new
        {
            animation = false,
            grid = new { left = 12, right = 20, top = 34, bottom = 36, containLabel = true },
            tooltip = new { trigger = "item", confine = true, formatter = "{b}: {c}", backgroundColor = "--card", borderColor = "--line", textStyle = new { color = "--ink" } },
            xAxis = new { type = "value", scale = true, name = X.Name, nameLocation = "middle", nameGap = 30, nameTextStyle = Text(), axisLabel = new { color = "--soft", fontFamily = Font, hideOverlap = true }, axisLine = Line(), splitLine = new { show = false } },
            yAxis = new { type = "value", scale = true, name = Y.Name, nameTextStyle = new { color = "--soft", align = "left" }, axisLabel = Text(), splitLine = Line() },
            series = new[]
            {
                new
                {
                    type = "scatter",
                    symbolSize = 11,
                    data = Enumerable.Range(0, Labels.Count).Where(place => X.Values[place] is not null && Y.Values[place] is not null).Select(place => new
                    {
                        name = Labels[place],
                        value = new[] { X.Values[place]!.Value, Y.Values[place]!.Value },
                        itemStyle = new { color = "--" + Colors[place] },
                    }),
                },
            },
        },
        AsWritten);
}
